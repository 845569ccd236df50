/** A native client in a few lines: asks on `agent.sock` and waits. */
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { WIRE_VERSION, WireReply, type WireAsk, type WireHeld, type WireVerdict } from '../../protocol/wire.ts';

export type Ask = {
  readonly held: Promise<WireHeld>;
  /** The final reply; `undefined` when the connection broke before one came. */
  readonly reply: Promise<Exclude<WireReply, WireHeld> | undefined>;
  hangUp(): void;
};

export function askOver(socketPath: string, argv: readonly string[], cwd: string, over: Partial<WireAsk> = {}): Ask {
  const [name = ''] = argv;
  const ask: WireAsk = {
    v: WIRE_VERSION,
    type: 'ask',
    id: randomUUID(),
    entry: 'shim',
    name,
    executable: '/bin/true',
    argv: [...argv],
    cwd,
    env: { HOME: '/nonexistent' },
    stdin: 'null',
    ...over,
  };
  const socket = connect(socketPath);
  socket.on('error', () => socket.destroy());
  const replies = createInterface({ input: socket });
  // The reader of lines repeats the error of what it reads; the connection closes all the same.
  replies.on('error', () => replies.close());
  const held = Promise.withResolvers<WireHeld>();
  held.promise.catch(() => undefined);
  const last = Promise.withResolvers<Exclude<WireReply, WireHeld> | undefined>();
  replies.on('line', (line) => {
    const reply = WireReply.parse(JSON.parse(line));
    if (reply.type === 'held') {
      held.resolve(reply);
      return;
    }
    held.reject(new Error(`answered without being held: ${line}`));
    last.resolve(reply);
    socket.end();
  });
  replies.on('close', () => {
    held.reject(new Error('the connection closed'));
    last.resolve(undefined);
  });
  socket.write(`${JSON.stringify(ask)}\n`);
  return { held: held.promise, reply: last.promise, hangUp: () => socket.destroy() };
}

/** Waits for the verdict; fails on anything else. */
export async function verdictOf(ask: Ask): Promise<WireVerdict> {
  const reply = await ask.reply;
  if (reply?.type !== 'verdict') throw new Error(`no verdict but ${JSON.stringify(reply)}`);
  return reply;
}

/** Sends raw bytes and collects what comes back until the other side closes. */
export async function sendRaw(socketPath: string, data: string | Buffer): Promise<string> {
  const socket = connect(socketPath);
  let text = '';
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  socket.on('error', () => socket.destroy());
  socket.write(data);
  await once(socket, 'close');
  return text;
}

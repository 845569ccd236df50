/** A native client's side of the conversation, on a connection that stays open. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

import { WIRE_VERSION } from '../protocol/wire.ts';

export type Asker = {
  ask(argv: readonly string[]): Promise<string>;
  /** All in one write, so that the daemon answers them without waiting for anybody. */
  askTogether(commands: readonly (readonly string[])[]): Promise<void>;
  ping(): Promise<string>;
  close(): void;
};

let lastId = 0;

export async function openAsker(socketPath: string, cwd: string): Promise<Asker> {
  const socket: Socket = connect(socketPath);
  await once(socket, 'connect');
  const waiting: PromiseWithResolvers<string>[] = [];
  let rest = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) waiting.shift()?.resolve(line);
  });
  socket.on('error', () => socket.destroy());
  socket.on('close', () => {
    for (const one of waiting.splice(0)) one.reject(new Error('the daemon closed the connection'));
  });
  const send = async (lines: readonly string[]): Promise<string[]> => {
    if (socket.destroyed) throw new Error('the daemon closed the connection');
    const replies = lines.map(() => Promise.withResolvers<string>());
    waiting.push(...replies);
    socket.write(lines.join(''));
    return Promise.all(replies.map(({ promise }) => promise));
  };
  const line = (message: object): string =>
    `${JSON.stringify({ v: WIRE_VERSION, id: `bench-${process.pid}-${++lastId}`, ...message })}\n`;
  const question = (argv: readonly string[]): string =>
    line({ type: 'ask', entry: 'shim', name: argv[0], executable: '/bin/true', argv, cwd, env: ENV, stdin: 'null' });

  const askTogether = async (commands: readonly (readonly string[])[]): Promise<string> => {
    const replies = await send(commands.map(question));
    const other = replies.find((reply) => !reply.includes('"allow"'));
    if (other !== undefined) throw new Error(`not allowed: ${other}`);
    return replies[0] ?? '';
  };
  return {
    ping: async () => (await send([line({ type: 'ping' })]))[0] ?? '',
    ask: (argv) => askTogether([argv]),
    askTogether: async (commands) => void (await askTogether(commands)),
    close: () => socket.destroy(),
  };
}

/** As much as a shim tells of an ordinary shell. */
const ENV = {
  HOME: '/home/someone',
  PATH: '/home/someone/.local/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  USER: 'someone',
  SHELL: '/bin/bash',
  EDITOR: 'vim',
  PAGER: 'less',
};

/** A native client's side of the conversation, on a connection that stays open. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

import { WIRE_VERSION } from '../protocol/wire.ts';

export type Asker = {
  ask(argv: readonly string[]): Promise<string>;
  ping(): Promise<string>;
  close(): void;
};

let lastId = 0;

export async function openAsker(socketPath: string, cwd: string): Promise<Asker> {
  const socket: Socket = connect(socketPath);
  await once(socket, 'connect');
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: socket }).on('line', (line) => waiting.shift()?.(line));
  const send = (message: object): Promise<string> => {
    socket.write(`${JSON.stringify({ v: WIRE_VERSION, id: `bench-${process.pid}-${++lastId}`, ...message })}\n`);
    return new Promise((resolve) => waiting.push(resolve));
  };
  return {
    ping: () => send({ type: 'ping' }),
    async ask(argv) {
      const rest = { entry: 'shim', name: argv[0], executable: '/bin/true', argv, cwd, env: {}, stdin: 'null' };
      const reply = await send({ type: 'ask', ...rest });
      if (!reply.includes('"allow"')) throw new Error(`not allowed: ${reply}`);
      return reply;
    },
    close: () => socket.destroy(),
  };
}

/** A governed run that asks far too much at once: `flooder.ts SOCKET CONNECTIONS ASKS-EACH`, then counts the answers. */
import { connect } from 'node:net';
import { createInterface } from 'node:readline';

import { WIRE_VERSION } from '../../../protocol/wire.ts';
import { registerRun } from '../../../sdk/typescript/run-registration.ts';

const [socketPath = '', connections = '1', each = '1', argv = '["git","status"]', cwd = '/'] = process.argv.slice(2);
const { session } = await registerRun({ socketPath, agent: 'flooder', argv: ['flooder'], cwd: '/' });
const counts: Record<string, number> = {};
const count = (what: string): void => {
  counts[what] = (counts[what] ?? 0) + 1;
};

await Promise.all(Array.from({ length: Number(connections) }, (_, index) => flood(index)));
process.stdout.write(`${JSON.stringify({ session, counts })}\n`);
process.exit(0);

function flood(index: number): Promise<void> {
  const socket = connect(socketPath);
  const words = JSON.parse(argv) as string[];
  const lines = Array.from({ length: Number(each) }, (_, at) =>
    JSON.stringify({ v: WIRE_VERSION, type: 'ask', id: `${index}-${at}`, entry: 'shim', name: words[0], executable: '/bin/true', argv: [...words, `${index}-${at}`], cwd, env: {}, stdin: 'null' }),
  ); // prettier-ignore
  return new Promise((resolve) => {
    let left = lines.length;
    socket.on('error', () => count('broken'));
    socket.on('close', () => resolve());
    createInterface({ input: socket })
      .on('line', (line) => {
        const reply = JSON.parse(line) as { type: string; verdict?: string; code?: string };
        count(reply.code ?? reply.verdict ?? reply.type);
        if (reply.type !== 'held') left -= 1;
        if (left === 0) socket.end();
      })
      .on('error', () => undefined);
    socket.write(`${lines.join('\n')}\n`);
    if (index === 0) process.stdout.write('flooding\n');
  });
}

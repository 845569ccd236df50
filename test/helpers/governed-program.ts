/** A stand-in for an agent: registers itself as a governed run, then executes what it reads, line by line. */
import koffi from 'koffi';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { registerRun } from '../../sdk/typescript/run-registration.ts';

const PR_SET_CHILD_SUBREAPER = 36;

const [socketPath = '', agent = 'tester'] = process.argv.slice(2);
if (process.platform === 'linux') {
  koffi.load('libc.so.6').func('int prctl(int option, ulong a, ulong b, ulong c, ulong d)')(
    PR_SET_CHILD_SUBREAPER,
    1,
    0,
    0,
    0,
  );
}
const run = await registerRun({ socketPath, agent, argv: [agent], cwd: process.cwd() });
process.stdout.write(`${JSON.stringify({ session: run.session })}\n`);

for await (const line of createInterface({ input: process.stdin })) {
  const child = spawn('bash', ['-c', line], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const status = await new Promise((resolve) => child.on('close', resolve));
  process.stdout.write(`${JSON.stringify({ status, output })}\n`);
}
await run.end({ exitCode: 0, signal: null });

/** Starts what it is told, line by line, and prints how each of it ended. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

type Job = { id: number; argv: string[]; cwd: string; input: string; isHook?: boolean; kill?: boolean };

const hooks = new Set<ChildProcess>();

createInterface({ input: process.stdin }).on('line', (line) => {
  const job = JSON.parse(line) as Job; // as the helper writes it
  if (job.kill === true) for (const hook of hooks) hook.kill('SIGKILL');
  else start(job);
});

function start({ id, argv: [program = '', ...args], cwd, input, isHook }: Job): void {
  const child = spawn(program, args, { cwd, stdio: 'pipe' });
  if (isHook === true) hooks.add(child);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  child.stdin.on('error', () => undefined); // a hook that has read enough
  child.on('error', (error) => (err += error.message));
  child.on('close', (code) => {
    hooks.delete(child);
    process.stdout.write(`${JSON.stringify({ id, code, out, err })}\n`);
  });
  child.stdin.end(input);
}

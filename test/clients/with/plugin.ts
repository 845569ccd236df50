/** The hook as a function, for clients whose hooks are JavaScript in their own process. */
import type { Seat } from '../client.ts';

/** `ask(event, told)`; whatever is no answer is a denial. */
export function hookPlugin({ hook }: Seat): string {
  return `import { spawn } from 'node:child_process';

async function ask(event, told) {
  const child = spawn('/bin/sh', ['-c', 'exec ' + ${JSON.stringify(hook())} + ' --event ' + event], { stdio: ['pipe', 'pipe', 'ignore'] });
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ event, ...told }));
  let out = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  const code = await new Promise((resolve) => child.on('close', resolve).on('error', resolve));
  try {
    const answer = JSON.parse(out);
    if (code === 0 && ['allow', 'deny', 'compute'].includes(answer.verdict)) return answer;
  } catch {}
  return { verdict: 'deny', reason: 'Countersign: denied, because its hook ended without an answer. next: try it again.' };
}
`;
}

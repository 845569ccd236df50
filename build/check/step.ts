/** One tool of the gate, run as a child with its output kept. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';

import { ROOT } from '../root.ts';

export type Step = { readonly name: string; readonly command: string; readonly words: readonly string[] };
export type StepResult = { readonly name: string; readonly ok: boolean; readonly ms: number; readonly output: string };

export async function runStep({ name, command, words }: Step): Promise<StepResult> {
  const startedAt = performance.now();
  const child = spawn(command, words, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${process.env['PATH'] ?? ''}` },
  });
  const [out, err, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { name, ok: exitCode === 0, ms: performance.now() - startedAt, output: `${out}${err}` };
}

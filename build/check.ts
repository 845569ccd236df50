/** `npm run check`: the whole gate at once, with the words of whatever failed and one line for everything. */
import { availableParallelism } from 'node:os';

import { runStep, type Step, type StepResult } from './check/step.ts';

const STEPS: readonly Step[] = [
  { name: 'types', command: 'tsc', words: ['-b', '--pretty', 'false'] },
  { name: 'unit tests', command: 'vitest', words: ['run', '--project=unit', '--reporter=dot'] },
  { name: 'lint', command: 'oxlint', words: ['--type-aware', '--format=unix', '.'] },
  { name: 'format', command: 'prettier', words: ['--check', '--log-level=warn', '.'] },
  { name: 'generated files', command: 'node', words: ['build/generate.ts', '--check'] },
  { name: 'unused code', command: 'knip', words: ['--no-progress', '--cache', '--cache-location=.cache/knip'] },
];

const startedAt = performance.now();
const results = await runAll(STEPS, Math.max(2, availableParallelism()));
for (const { name, output } of results.filter(({ ok }) => !ok))
  process.stdout.write(`\n== ${name}\n${output.trim()}\n`);
process.stdout.write(`\n${results.map(line).join('\n')}\n`);
const failed = results.filter(({ ok }) => !ok).length;
process.stdout.write(
  `${failed === 0 ? 'all good' : `${failed} of ${results.length} failed`} in ${seconds(performance.now() - startedAt)}\n`,
);
process.exitCode = failed === 0 ? 0 : 1;

/** Starts the next step when one ends, so that the slow ones, listed first, do not come last. */
async function runAll(steps: readonly Step[], atOnce: number): Promise<StepResult[]> {
  const waiting = [...steps];
  const finished: StepResult[] = [];
  const lane = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) finished.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return finished;
}

function line({ name, ok, ms }: StepResult): string {
  return `${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(16)} ${seconds(ms)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

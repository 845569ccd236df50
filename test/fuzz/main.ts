/**
 * Fuzzes for a while: `node test/fuzz/main.ts --seconds N [--only NAME]…`. What it finds lies in `.cache/fuzz/findings` and is
 * named at the end. `--minimise` makes the corpus of the native targets as small as it can be without losing coverage.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ROOT } from '../../build/root.ts';
import { countingLine, type Counts } from '../../build/test/counts.ts';
import { openNativeFuzzing } from './native/fuzzing.ts';
import { NATIVE_TARGETS } from './native/targets.ts';
import type { Outcome } from './outcome.ts';
import { fuzzScript } from './script/fuzzing.ts';
import { SCRIPT_TARGETS } from './script/targets.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string', multiple: true },
    minimise: { type: 'boolean', default: false },
    /** A file for the counts, for the test runner. */
    counts: { type: 'string' },
  },
});

/** Less finds nothing. */
const LEAST_SECONDS = 1;

const FOLDER = join(ROOT, '.cache/fuzz');
const findings = join(FOLDER, 'findings');
mkdirSync(findings, { recursive: true });

const chosen = (name: string): boolean => values.only === undefined || values.only.includes(name);
const native = NATIVE_TARGETS.filter(({ name }) => chosen(name));
const script = SCRIPT_TARGETS.filter(({ name }) => chosen(name));
const count = native.length + script.length;
if (count === 0) throw new Error('there is no such target');

const fuzzing = openNativeFuzzing(join(FOLDER, 'native'), findings);
if (values.minimise) {
  if (fuzzing.missing !== undefined) throw new Error(fuzzing.missing);
  for (const target of native) process.stdout.write(`${target.name}: ${await fuzzing.minimise(target)} files\n`);
} else {
  await fuzzAll(Number(values.seconds));
}

async function fuzzAll(seconds: number): Promise<void> {
  const outcomes: Outcome[] = [];
  const endsAtMs = performance.now() + seconds * 1000;
  // Building and starting take time of their own, on a busy machine much of it: what is left is shared anew each time.
  const share = (): number =>
    Math.max((endsAtMs - performance.now()) / 1000 / (count - outcomes.length), LEAST_SECONDS);
  const note = (name: string, outcome: Outcome): void => {
    outcomes.push(outcome);
    process.stdout.write(`  ${name.padEnd(26)} ${words(outcome)}\n`);
  };
  for (const target of native) note(`native/${target.name}`, await fuzzing.fuzz(target, share()));
  for (const target of script) note(`script/${target.name}`, await fuzzScript(target.name, share(), findings));
  const of = (kind: Outcome['kind']): number => outcomes.filter((outcome) => outcome.kind === kind).length;
  const counts: Counts = { passed: of('clean'), failed: of('found'), skipped: of('skipped') };
  if (values.counts !== undefined) writeFileSync(values.counts, JSON.stringify(counts));
  process.stdout.write(`${countingLine(counts)}\n`);
  process.exitCode = counts.failed > 0 ? 1 : 0;
}

function words(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'clean':
      return `${outcome.runs} runs, clean`;
    case 'skipped':
      return `skipped: ${outcome.reason}`;
    case 'found':
      return `FOUND ${outcome.problem}\n    ${outcome.file}`;
  }
}

/** Fuzzes one target of the TypeScript side in a process that can be ended when an input makes it hang. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { GRACE_SECONDS, type Outcome } from '../outcome.ts';
import { seedFor } from '../seed.ts';

const RUN_ONE = join(import.meta.dirname, 'run-one.ts');

type Report = { readonly runs: number; readonly counterexample?: unknown; readonly problem?: string };

export async function fuzzScript(name: string, seconds: number, findings: string): Promise<Outcome> {
  const seed = seedFor(name);
  const args = [RUN_ONE, name, String(seconds), String(seed)];
  const run = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: Math.ceil(seconds + GRACE_SECONDS) * 1000, killSignal: 'SIGKILL' }); // prettier-ignore
  const file = join(findings, `${name}-${seed}.json`);
  const found = (problem: string, more: object = {}): Outcome => {
    writeFileSync(file, `${JSON.stringify({ name, seed, problem, ...more }, null, 2)}\n`);
    return { kind: 'found', problem, file };
  };
  if (run.signal !== null) return found(`it did not end; \`node test/fuzz/script/run-one.ts ${args.slice(1).join(' ')}\` does it again`); // prettier-ignore
  if (run.status !== 0) return found(run.stderr.trim().split('\n').slice(-5).join(' '));
  const report = JSON.parse(run.stdout) as Report;
  if (report.problem === undefined) return { kind: 'clean', runs: report.runs };
  return found(report.problem, { counterexample: report.counterexample });
}

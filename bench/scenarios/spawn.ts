/** What a guarded command costs beside the same command unguarded, and beside guards that are scripts. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from '../../build/root.ts';
import type { Paths } from '../../protocol/paths.ts';
import type { BenchDaemon } from '../daemon.ts';
import { added, compare, interleave, type Contender, type Rounds, type Samples } from '../measure.ts';
import type { Figure, Result } from '../report.ts';
import { placeShim } from '../shim.ts';
import { fetchOtherGuard, type OtherGuard } from './other-guard.ts';

const HOOK = join(ROOT, 'bench', 'baseline', 'node-hook.js');
const BARE = 'true, bare';
const SHIM = 'true, through its shim';
const NODE_HOOK = 'true, after a hook written in Node';

export async function spawning({ paths, env }: BenchDaemon, cwd: string, rounds: Rounds): Promise<Result> {
  const other = fetchOtherGuard();
  const problem = placeShim(paths, ['true']);
  const run = (program: string, words: readonly string[] = []): void => {
    const { status, error, stderr } = spawnSync(program, words, { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
    if (status !== 0) throw new Error(`${program} ended with ${status}: ${error?.message ?? stderr.toString()}`);
  };
  try {
    const samples = await interleave(contenders(paths, run, other, problem === undefined), rounds);
    const skipped = [...(problem === undefined ? [] : [`the shim: ${problem}`]), ...(typeof other === 'string' ? [other] : [])];
    return {
      scenario: 'spawn',
      about: 'spawn and wait, ratio to the bare command',
      rows: compare(samples),
      figures: figuresOf(samples),
      ...(skipped.length === 0 ? {} : { skipped: skipped.join('; ') }),
    };
  } finally {
    if (typeof other !== 'string') other.remove();
  }
} // prettier-ignore

function contenders(
  paths: Paths,
  run: (program: string, words?: readonly string[]) => void,
  other: OtherGuard | string,
  shim: boolean,
): Contender[] {
  const list: Contender[] = [{ name: BARE, run: () => run('/bin/true') }];
  if (shim) list.push({ name: SHIM, run: () => run(join(paths.shims, 'true')) });
  // A hook answers and the agent runs the command itself.
  list.push({
    name: NODE_HOOK,
    run() {
      run(process.execPath, [HOOK, paths.agentSocket, 'true']);
      run('/bin/true');
    },
  });
  if (typeof other === 'string') return list;
  const judged = (): void => {
    other.judge('true');
    run('/bin/true');
  };
  return [...list, { name: `true, after the hook of ${other.name}`, run: judged }];
}

function figuresOf(samples: readonly Samples[]): Figure[] {
  const guards = samples.filter(({ name }) => name !== BARE);
  const medians = new Map(guards.map(({ name }) => [name, added(samples, name, BARE)]));
  const figures: Figure[] = guards.map(({ name }) => {
    const { median, interval } = medians.get(name) ?? { median: Number.NaN, interval: undefined };
    return {
      ...(name === SHIM ? { id: 'shim-added' } : {}),
      name: `added: ${name}`,
      value: median,
      unit: 'µs',
      ...(interval === undefined ? {} : { interval }),
    };
  });
  const { median: shim, p99 } = medians.get(SHIM) ?? {};
  if (shim === undefined || p99 === undefined) return figures;
  const ratios = guards
    .filter(({ name }) => name !== SHIM)
    .map(({ name }) => ({
      ...(name === NODE_HOOK ? { id: 'node-hook-ratio' } : {}),
      name: `the shim adds less by: ${name}`,
      value: (medians.get(name)?.median ?? Number.NaN) / shim,
      unit: '×',
    }));
  return [...figures, { id: 'shim-added-p99', name: 'added: p99 of the shim', value: p99, unit: 'µs' }, ...ratios];
} // prettier-ignore

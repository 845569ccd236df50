/** `npm run bench`: what guarding costs, as ratios measured in one run. `--save NAME` keeps the figures. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ROOT } from '../build/root.ts';
import { startBenchDaemon, type BenchDaemon } from './daemon.ts';
import type { Rounds } from './measure.ts';
import { printResult, saveResults, type Result } from './report.ts';
import { assessing } from './scenarios/assess.ts';
import { evaluate } from './scenarios/evaluate.ts';
import { spawning } from './scenarios/spawn.ts';
import { appending } from './scenarios/trace.ts';

type Scenario = (daemon: BenchDaemon, cwd: string, rounds: Rounds) => Promise<Result>;

/** Spawning is slow and steady, judging is fast and needs more rounds for a p99. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  spawn: (daemon, cwd, { warmup, rounds }) => spawning(daemon, cwd, { warmup, rounds: Math.ceil(rounds / 2) }),
  evaluate,
  assess: (_, cwd, rounds) => assessing(cwd, rounds),
  trace: (_daemon, _cwd, rounds) => appending(rounds),
};

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '400' },
    save: { type: 'string' },
  },
});
const rounds: Rounds = { warmup: 20, rounds: Number(values.rounds) };

const daemon = await startBenchDaemon();
const results: Result[] = [];
try {
  for (const [name, run] of Object.entries(SCENARIOS)) {
    if (values.only !== undefined && !values.only.includes(name)) continue;
    const result = await run(daemon, daemon.paths.home, rounds);
    printResult(result);
    results.push(result);
  }
  const memory = { name: 'memory (RSS) after all of it', value: rssMegabytes(daemon.pid), unit: 'MB' };
  const start = { name: 'start to first answer', value: daemon.startMs, unit: 'ms' };
  const own: Result = { scenario: 'daemon', about: 'the daemon itself', rows: [], figures: [start, memory] };
  printResult(own);
  results.push(own);
} finally {
  await daemon.stop();
}
if (values.save !== undefined) {
  process.stdout.write(`\nsaved ${saveResults(join(ROOT, 'bench', 'baselines'), values.save, results)}\n`);
}

/** NaN where there is no /proc. */
function rssMegabytes(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
  } catch {
    return Number.NaN;
  }
}

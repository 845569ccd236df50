/**
 * `npm run bench`: what guarding costs, as ratios measured in one run. `--save NAME` keeps the figures, `--long` adds
 * the trace of a million events.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { ROOT } from '../build/root.ts';
import { startBenchDaemon, type BenchDaemon } from './daemon.ts';
import type { Rounds } from './measure.ts';
import { printBudgets, printResult, saveResults, type Result } from './report.ts';
import { assessing } from './scenarios/assess.ts';
import { evaluate } from './scenarios/evaluate.ts';
import { facts } from './scenarios/facts.ts';
import { hooking } from './scenarios/hook.ts';
import { hostile } from './scenarios/hostile.ts';
import { manyRules } from './scenarios/many-rules.ts';
import { callingTools } from './scenarios/mcp.ts';
import { million } from './scenarios/million.ts';
import { spawning } from './scenarios/spawn.ts';
import { starting } from './scenarios/start.ts';
import { appending } from './scenarios/trace.ts';

type Scenario = (daemon: BenchDaemon, cwd: string, rounds: Rounds) => Promise<Result>;

/** Spawning is slow and steady, judging is fast and needs more rounds for a p99. */
const SCENARIOS: Readonly<Record<string, Scenario>> = {
  spawn: (daemon, cwd, { warmup, rounds }) => spawning(daemon, cwd, { warmup, rounds: Math.ceil(rounds / 2) }),
  hook: (daemon, cwd, { warmup, rounds }) => hooking(daemon, cwd, { warmup, rounds: Math.ceil(rounds / 2) }),
  evaluate,
  mcp: callingTools,
  assess: (_, cwd, rounds) => assessing(cwd, rounds),
  'many-rules': (_, cwd, rounds) => manyRules(cwd, rounds),
  hostile: (_, cwd, rounds) => hostile(cwd, rounds),
  facts: (_daemon, _cwd, rounds) => facts(rounds),
  trace: (_daemon, _cwd, rounds) => appending(rounds),
  start: (_daemon, _cwd, rounds) => starting(rounds),
};
/** Takes minutes and a gigabyte. */
const LONG: Readonly<Record<string, Scenario>> = { million: (_daemon, _cwd, rounds) => million(rounds) };

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    rounds: { type: 'string', default: '400' },
    save: { type: 'string' },
    long: { type: 'boolean', default: false },
  },
});
const rounds: Rounds = { warmup: 20, rounds: Number(values.rounds) };

const daemon = await startBenchDaemon();
const results: Result[] = [];
try {
  for (const [name, run] of Object.entries(values.long ? { ...SCENARIOS, ...LONG } : SCENARIOS)) {
    if (values.only !== undefined && !values.only.includes(name)) continue;
    const result = await run(daemon, daemon.paths.home, rounds);
    printResult(result);
    results.push(result);
  }
} finally {
  await daemon.stop();
}
printBudgets(results);
if (values.save !== undefined) {
  process.stdout.write(`\nsaved ${saveResults(join(ROOT, 'bench', 'baselines'), values.save, results)}\n`);
}

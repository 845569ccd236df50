/**
 * `node test/fuzz/kill-loop.ts --kills N [--homes H] [--seed S]`: real daemons under load are killed at random moments,
 * again and again. Whatever was acknowledged has to be there afterwards.
 */
import { parseArgs } from 'node:util';

import { killLoop } from './kill/loop.ts';
import { seedFor } from './seed.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '500' },
    /** As many daemons at a time, each with a home of its own. */
    homes: { type: 'string', default: '3' },
    seed: { type: 'string', default: String(seedFor('kill-loop')) },
  },
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);
say(`seed ${values.seed}`);
const { kills, acknowledged, problems, seconds } = await killLoop({
  kills: Number(values.kills),
  homes: Number(values.homes),
  seed: Number(values.seed),
  say,
});
for (const problem of problems) say(`PROBLEM ${problem}`);
say(`${kills} kills, ${acknowledged} acknowledged decisions, ${problems.length} problems, ${Math.round(seconds)} s`);
process.exit(problems.length === 0 ? 0 : 1);

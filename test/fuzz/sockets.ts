/** Fuzzes both sockets of a real daemon for a while: `node test/fuzz/sockets.ts --seconds N [--seed N] [--only CONVERSATION]`. */
import { parseArgs } from 'node:util';

import { startBenchDaemon } from '../../bench/daemon.ts';
import { seedFor } from './seed.ts';
import { describeFinding, fuzzSockets } from './sockets/fuzz-sockets.ts';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' }, only: { type: 'string' } },
});
const seed = Number(values.seed ?? seedFor('sockets'));
process.stdout.write(`seed ${seed}\n`);

const daemon = await startBenchDaemon();
const { paths, pid } = daemon;
const alive = (): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    // There is no such process any more.
    return false;
  }
};
const { runs, finding } = await fuzzSockets(
  { paths, pid, alive },
  { seed, seconds: Number(values.seconds), only: values.only === undefined ? undefined : Number(values.only) },
);
process.stdout.write(
  finding === undefined ? `${runs} conversations, nothing found\n` : `${describeFinding(finding, seed)}\n`,
);
process.exitCode = finding === undefined ? 0 : 1;
if (alive()) await daemon.stop();

/** The daemon itself: how fast it is there, and how much memory it takes. */
import { setTimeout as sleep } from 'node:timers/promises';

import { openAsker } from '../asking.ts';
import { newHome, removeHome, startBenchDaemon } from '../daemon.ts';
import { medianInterval, quantile } from '../interval.ts';
import type { Rounds } from '../measure.ts';
import { rssMegabytes } from '../process-figures.ts';
import type { Result } from '../report.ts';

/** Rounds of the other scenarios for one start here. */
const ROUNDS_PER_START = 40;
/** By then a daemon that nobody asks has done what it does after its start. */
const REST_MS = 2_000;
const LOAD = 10_000;
const TOGETHER = 32;

/** The first start in a home compiles what later ones find in its cache. */
export async function starting({ rounds }: Rounds): Promise<Result> {
  const first: number[] = [];
  const again: number[] = [];
  const idle: number[] = [];
  const busy: number[] = [];
  for (let start = 0; start < Math.max(3, rounds / ROUNDS_PER_START); start++) {
    const home = newHome();
    try {
      const fresh = await startBenchDaemon(home);
      first.push(fresh.startMs);
      await fresh.stop();
      const daemon = await startBenchDaemon(home);
      again.push(daemon.startMs);
      await sleep(REST_MS);
      idle.push(rssMegabytes(daemon.pid));
      if (start === 0) busy.push(await rssUnderLoad(daemon.paths.agentSocket, home, daemon.pid));
      await daemon.stop();
    } finally {
      removeHome(home);
    }
  }
  return {
    scenario: 'start',
    about: 'the daemon itself, as a checkout starts it',
    rows: [],
    figures: [
      { name: 'first start in a home, to the first verdict', value: quantile(first, 0.5), unit: 'ms' },
      { id: 'start', name: 'start, to the first verdict', value: quantile(again, 0.5), unit: 'ms', interval: medianInterval(again) },
      { id: 'rss-idle', name: 'memory (RSS) at rest', value: quantile(idle, 0.5), unit: 'MB', interval: medianInterval(idle) },
      { name: `memory (RSS) after ${LOAD.toLocaleString('en')} questions`, value: quantile(busy, 0.5), unit: 'MB' },
    ],
  };
} // prettier-ignore

async function rssUnderLoad(socketPath: string, cwd: string, pid: number): Promise<number> {
  const asker = await openAsker(socketPath, cwd);
  for (let count = 0; count < LOAD; count += TOGETHER)
    await asker.askTogether(Array.from({ length: TOGETHER }, () => ['ls', '-la']));
  asker.close();
  return rssMegabytes(pid);
}

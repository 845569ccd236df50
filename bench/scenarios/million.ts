/** A trace of a million events: looking at it, and verifying it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';
import { openScratchStore, scratchFrame } from '../scratch-store.ts';

const EVENTS = 1_000_000;
const EVENTS_PER_TRACE = 2;
const TRACES_PER_SESSION = 500;
const GROUP = 2_000;
const PAGE = 100;

export async function million({ warmup, rounds }: Rounds): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-million-'));
  try {
    const { store, verify } = await openScratchStore(home);
    for (let first = 0; first < EVENTS; first += GROUP) await store.append(group(first), { durable: true });
    const samples = await interleave(
      [
        { name: `the newest ${PAGE} lines`, run: () => store.log({ limit: PAGE }) },
        { name: `${PAGE} lines of one session in the middle`, run: () => store.log({ limit: PAGE, session: 's500' }) },
        { name: 'one trace, frame by frame', run: () => store.frames('t250000') },
      ],
      { warmup, rounds: Math.ceil(rounds / 2) },
    );
    const rows = compare(samples);
    await store.close();
    const startedAt = performance.now();
    const report = verify();
    const seconds = (performance.now() - startedAt) / 1_000;
    if (!report.ok || report.events !== EVENTS) throw new Error(`not verified: ${JSON.stringify(report)}`);
    return {
      scenario: 'million',
      about: `a trace of ${EVENTS.toLocaleString('en')} events, ratio to the newest page`,
      rows,
      figures: [
        { id: 'million-page', name: 'the slowest of these, median', value: Math.max(...rows.map(({ medianUs }) => medianUs)) / 1_000, unit: 'ms' },
        { id: 'million-verify', name: 'verifying all', value: seconds, unit: 's' },
        { name: 'size on disk, for each event', value: statSync(join(home, 'trace.db')).size / EVENTS, unit: 'bytes' },
      ],
    };
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
} // prettier-ignore

function group(first: number): ReturnType<typeof scratchFrame>[] {
  return Array.from({ length: GROUP }, (_, at) => {
    const trace = Math.floor((first + at) / EVENTS_PER_TRACE);
    return scratchFrame(`t${trace}`, `s${Math.floor(trace / TRACES_PER_SESSION)}`);
  });
}

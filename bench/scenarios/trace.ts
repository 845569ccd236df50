/** The trace store beside the least that a durable record could cost: one SQLite row, committed to disk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';
import { openScratchStore, scratchFrame } from '../scratch-store.ts';

/** As many frames as a busy moment hands over together. */
const GROUP = 64;
const BURST = 10_000;

export async function appending(rounds: Rounds): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-trace-'));
  const bare = openBareTable(join(home, 'bare.db'));
  const { store } = await openScratchStore(home);
  const group = Array.from({ length: GROUP }, () => scratchFrame());
  const samples = await interleave(
    [
      { name: 'one bare SQLite row, committed to disk', run: () => bare.insert(JSON.stringify(scratchFrame())) },
      { name: 'one frame, durable', run: () => store.append([scratchFrame()], { durable: true }) },
      { name: `${GROUP} frames together, durable`, run: () => store.append(group, { durable: true }) },
    ],
    rounds,
  );
  const startedAt = performance.now();
  const bursts = Array.from({ length: BURST / GROUP }, () => store.append(group, { durable: true }));
  await Promise.all(bursts);
  const perSecond = (bursts.length * GROUP * 1_000) / (performance.now() - startedAt);
  await store.close();
  bare.close();
  rmSync(home, { recursive: true });
  return {
    scenario: 'trace',
    about: 'appending, ratio to one row of bare SQLite on the same disk',
    rows: compare(samples),
    figures: [{ id: 'trace-append', name: 'frames/s in group commit', value: perSecond, unit: '/s' }],
  };
}

function openBareTable(path: string): { insert(text: string): void; close(): void } {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE events (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO events (text) VALUES (?)');
  return { insert: (text) => void insert.run(text), close: () => void database.close() };
}

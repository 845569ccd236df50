/** The trace store beside the least that a durable record could cost: one SQLite row, committed to disk. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import Database from 'better-sqlite3';

import { openTraceStore } from '../../daemon/trace/store.ts';
import { resolvePaths } from '../../protocol/paths.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { compare, interleave, type Rounds } from '../measure.ts';
import type { Result } from '../report.ts';

/** As many frames as a busy moment hands over together. */
const GROUP = 64;
const BURST = 10_000;

export async function appending(rounds: Rounds): Promise<Result> {
  const home = mkdtempSync(join(tmpdir(), 'countersign-bench-trace-'));
  const bare = openBareTable(join(home, 'bare.db'));
  const store = await openStore(home);
  const group = Array.from({ length: GROUP }, frame);
  const samples = await interleave(
    [
      { name: 'one bare SQLite row, committed to disk', run: () => bare.insert(JSON.stringify(frame())) },
      { name: 'one frame, durable', run: () => store.append([frame()], { durable: true }) },
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
    figures: [{ name: 'frames/s in group commit', value: perSecond, unit: '/s' }],
  };
}

async function openStore(home: string): Promise<Awaited<ReturnType<typeof openTraceStore>>> {
  const paths = resolvePaths({ env: { COUNTERSIGN_HOME: home }, platform: process.platform, homedir: home });
  for (const folder of [paths.home, paths.witness]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openTraceStore({
    paths,
    daemonId: 'bench',
    signingKey: generateKeyPairSync('ed25519').privateKey,
    onFault(problem) {
      throw new Error(`the trace store failed: ${problem}`);
    },
    onLine: () => undefined,
  });
}

function openBareTable(path: string): { insert(text: string): void; close(): void } {
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE events (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  const insert = database.prepare('INSERT INTO events (text) VALUES (?)');
  return { insert: (text) => void insert.run(text), close: () => void database.close() };
}

function frame(): NewTraceEvent {
  return {
    at: Date.now(),
    kind: 'action.decided',
    traceId: 'trace-bench',
    session: 'session-bench',
    agent: 'bench',
    actorType: 'agent',
    user: 'bench',
    data: { score: 0, verdict: 'allow' },
    payload: { decision: { verdict: 'allow', reason: 'harmless', findings: [], obligations: [] } },
  };
}

/** Traces of every release under today's code, and one of a release to come. */
import Database from 'better-sqlite3';
import { createPublicKey } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';

import { migrate, openForReading } from '../../../daemon/trace/database.ts';
import { MIGRATIONS } from '../../../daemon/trace/migrations/migrations.ts';
import { openTraceStore, type TraceStore } from '../../../daemon/trace/store.ts';
import { verifyTrace } from '../../../daemon/trace/verify.ts';
import { AssessedPayload, LogLine, StoredFrame } from '../../../protocol/trace.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event } from '../../unit/trace/frames.ts';
import { GOLDEN_DAEMON, GOLDEN_KEY } from '../../golden/golden-key.ts';

const GOLDEN = join(import.meta.dirname, '../../golden');
const RELEASES = readdirSync(GOLDEN).filter((name) => /^\d/.test(name));

type Expected = {
  readonly events: number;
  readonly head: string;
  readonly log: readonly LogLine[];
  readonly traces: readonly (readonly StoredFrame[])[];
};

type Copy = { readonly traceDb: string; readonly witness: string; readonly expected: Expected };

/** Read-only stays what is in the repository. */
function copyOf(release: string): Copy {
  const folder = tempFolder();
  cpSync(join(GOLDEN, release), folder, { recursive: true });
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Expected; // written by the script
  return { traceDb: join(folder, 'trace.db'), witness: join(folder, 'witness'), expected };
}

const open = async (paths: Copy): Promise<TraceStore> => {
  const store = await openTraceStore({ paths, daemonId: GOLDEN_DAEMON, signingKey: GOLDEN_KEY });
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
};
const verify = (paths: Copy) => verifyTrace({ ...paths, publicKey: createPublicKey(GOLDEN_KEY) });

describe(verifies('trace:golden'), () => {
  test('there is one', () => expect(RELEASES).toContain('0.1.0'));

  test.each(RELEASES)('%s', async (release) => {
    const copy = copyOf(release);
    const { expected } = copy;
    expect(verify(copy)).toMatchObject({ ok: true, events: expected.events, head: expected.head, witnessedTo: expected.events }); // prettier-ignore
    const store = await open(copy);
    expect(store.notice()).toBeUndefined();
    expect(JSON.stringify(await store.log({ limit: 1_000 }))).toBe(JSON.stringify(expected.log));
    for (const frames of expected.traces) {
      const found = await store.frames(frames[0]?.event.traceId ?? '');
      expect(JSON.stringify(found)).toBe(JSON.stringify(frames));
      for (const frame of found) expect(StoredFrame.parse(frame)).toEqual(frame);
      const assessed = found
        .filter(({ event: { kind }, erased }) => kind === 'action.assessed' && !erased)
        .filter(({ payload }) => payload !== null);
      for (const { payload } of assessed) AssessedPayload.parse(payload);
    }
    expect(await store.pendingTraces()).toMatchObject([{ traceId: 'action-20' }]);
    await store.append([event()], { durable: true });
    await store.close();
    expect(verify(copy)).toMatchObject({ ok: true, events: expected.events + 1 });
  });
});

test('a trace of a release to come is refused, and no byte of it changes', async () => {
  const copy = copyOf('0.1.0');
  const db = new Database(copy.traceDb);
  db.exec('CREATE TABLE something_new (a); INSERT INTO meta VALUES (99)');
  db.close();
  const bytes = () => readdirSync(copy.witness).map((name) => readFileSync(join(copy.witness, name), 'hex')).concat(readFileSync(copy.traceDb, 'hex')); // prettier-ignore
  const before = bytes();
  await expect(open(copy)).rejects.toMatchObject({ code: 'trace_newer', message: expect.stringContaining('update Countersign') as string }); // prettier-ignore
  expect(() => verify(copy)).toThrow('schema 99');
  expect(bytes()).toEqual(before);
});

const STEP = 'CREATE TABLE holds (trace_id TEXT PRIMARY KEY) STRICT';

describe(verifies('trace:upgrade'), () => {
  test('every step is taken once, in order, after whoever asked was told what is there', () => {
    const { traceDb } = copyOf('0.1.0');
    const db = new Database(traceDb);
    onTestFinished(() => void db.close());
    const told: number[] = [];
    migrate(db, [...MIGRATIONS, STEP, 'CREATE INDEX holds_again ON holds (trace_id)'], (found) => told.push(found));
    expect(told).toEqual([1]);
    expect(db.prepare('SELECT schema FROM meta ORDER BY schema').pluck().all()).toEqual(
      [...MIGRATIONS.keys(), MIGRATIONS.length, MIGRATIONS.length + 1].map((at) => at + 1),
    );
    migrate(db, [...MIGRATIONS, STEP, 'never run again'], (found) => told.push(found));
    expect(told).toEqual([1]);
  });

  test('a step that fails leaves the trace as it was', () => {
    const copy = copyOf('0.1.0');
    const db = new Database(copy.traceDb);
    expect(() => migrate(db, [...MIGRATIONS, STEP, 'this is no SQL'])).toThrow('syntax error');
    db.close();
    expect(verify(copy)).toMatchObject({ ok: true, events: copy.expected.events });
  });

  test('without a copy put aside no step is taken', () => {
    const copy = copyOf('0.1.0');
    const db = new Database(copy.traceDb);
    const full = (): void => {
      throw new Error('no space for a copy');
    };
    expect(() => migrate(db, [...MIGRATIONS, STEP], full)).toThrow('no space');
    db.close();
    expect(verify(copy)).toMatchObject({ ok: true });
  });

  test('readers never upgrade', () => {
    const { traceDb } = copyOf('0.1.0');
    const before = readFileSync(traceDb);
    openForReading(traceDb).close();
    expect(readFileSync(traceDb)).toEqual(before);
    expect(existsSync(join(traceDb, '..', 'set-aside'))).toBe(false);
  });
});

test(verifies('review:upgrade'), async () => {
  const copy = copyOf('0.1.0');
  const store = await open(copy);
  expect([store.toReview(), await store.reviews(10)]).toEqual([0, []]);
  const passed = event({ kind: 'action.assessed', traceId: 'passed', line: { verdict: 'allow', review: 'waiting' } });
  await store.append([passed], { durable: true });
  expect((await store.reviews(10)).map((frame) => frame.event.traceId)).toEqual(['passed']);
  await store.close();
  expect(verify(copy)).toMatchObject({ ok: true, events: copy.expected.events + 1 });
  const again = await open(copy);
  expect([again.toReview(), (await again.log({ limit: 1 }))[0]?.review]).toEqual([1, 'waiting']);
});

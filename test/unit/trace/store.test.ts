/** The store with its threads. */

import { existsSync, readFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';

import type { TraceStore } from '../../../daemon/trace/store.ts';
import { openForWriting } from '../../../daemon/trace/database.ts';
import type { LogLine, NewTraceEvent } from '../../../protocol/trace.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from './frames.ts';
import { look, newPlace, openStore, openWriter, tamper, verify, type Place } from './traces.ts';

const DURABLE = { durable: true } as const;
const LAZY = { durable: false } as const;

async function opened(place: Place = newPlace(), over: Parameters<typeof openStore>[1] = {}): Promise<TraceStore> {
  const store = await openStore(place, over);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

test(verifies('trace:log'), async () => {
  const store = await opened();
  void store.append(
    events(6, (at) => ({ session: at % 2 === 0 ? 'even' : 'odd' })),
    LAZY,
  );
  const at = (line: LogLine): number => line.at - 1_700_000_000_000;
  expect((await store.log({ limit: 10 })).map(at)).toEqual([0, 1, 2, 3, 4, 5]);
  expect((await store.log({ limit: 2 })).map(at)).toEqual([4, 5]);
  expect((await store.log({ limit: 10, session: 'odd' })).map(at)).toEqual([1, 3, 5]);
  expect((await store.log({ limit: 10, since: 1_700_000_000_003 })).map(at)).toEqual([3, 4, 5]);
  expect((await store.log({ limit: 1, session: 'even', since: 1_700_000_000_001 })).map(at)).toEqual([4]);
  expect(await store.log({ limit: 10, session: 'none' })).toEqual([]);
});

test(verifies('trace:pending'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const waits = { kind: 'exec', summary: 'delete src', verdict: 'pending' };
  await store.append([event({ traceId: 'held', line: waits }), event({ traceId: 'answered', line: waits })], LAZY);
  await store.append(events(1_500), LAZY);
  await store.append([event({ traceId: 'answered', line: { verdict: 'deny' } })], LAZY);
  expect(await store.pendingTraces()).toMatchObject([{ traceId: 'held', session: 's1', ...waits }]);
  const plan = look(place, "EXPLAIN QUERY PLAN SELECT * FROM lines WHERE verdict = 'pending' ORDER BY seq");
  expect(JSON.stringify(plan)).toContain('lines_pending');
});

test(verifies('review:listed'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const assessed = (traceId: string) =>
    event({ traceId, kind: 'action.assessed', line: { kind: 'tool', summary: 'x' } });
  const passed = (traceId: string) => event({ traceId, line: { verdict: 'allow', review: 'waiting' } });
  const waiting = async (limit = 10) => (await store.reviews(limit)).map((frame) => frame.event.traceId);
  await store.append([assessed('first'), passed('first'), assessed('second'), passed('second')], LAZY);
  await store.append(events(1_500), LAZY);
  expect([await waiting(), await waiting(1), store.toReview()]).toEqual([['first', 'second'], ['first'], 2]);
  await store.append([event({ traceId: 'first', kind: 'action.outcome', line: { outcome: 'succeeded' } })], LAZY);
  await store.append([event({ traceId: 'second', kind: 'action.reviewed', line: { review: 'wrong' } })], DURABLE);
  // Said twice it still ends once.
  await store.append([event({ traceId: 'second', kind: 'action.reviewed', line: { review: 'fine' } })], DURABLE);
  expect([await waiting(), store.toReview()]).toEqual([['first'], 1]);
  const plan = look(place, "EXPLAIN QUERY PLAN SELECT * FROM lines WHERE review = 'waiting' ORDER BY seq LIMIT 9");
  expect(JSON.stringify(plan)).toContain('lines_review');
  await store.close();
  const again = await opened(place);
  expect([again.toReview(), (await again.reviews(9)).length]).toEqual([1, 1]);
  expect(verify(place)).toMatchObject({ ok: true });
});

test('frames come back in order with hash and payload, without waiting for the append', async () => {
  const store = await opened();
  void store.append([event(), event({ traceId: 't2' }), event({ kind: 'action.outcome' })], LAZY);
  const frames = await store.frames('t1');
  expect(frames.map((frame) => [frame.event.seq, frame.event.kind])).toEqual([
    [1, 'action.decided'],
    [3, 'action.outcome'],
  ]);
  expect(frames[0]).toMatchObject({ payload: event().payload, erased: false });
  expect(frames[1]?.hash).toBe(store.head().hash);
  expect(await store.frames('unknown')).toEqual([]);
});

test('a line is made by the first frame and changed by those that follow', async () => {
  const lines: LogLine[] = [];
  const store = await opened(newPlace(), { onLine: (line) => lines.push(line) });
  await store.append(
    [event({ line: { kind: 'exec', summary: 'delete src', score: 64, verdict: null, outcome: null } })],
    DURABLE,
  );
  await store.append([event({ at: 1_800_000_000_000, line: { verdict: 'deny', outcome: 'refused' } })], DURABLE);
  const { line: _line, ...without } = event();
  await store.append([without, event({ traceId: 't2', kind: 'session.started', line: {} })], DURABLE);
  const expected = { traceId: 't1', at: event().at, kind: 'exec', summary: 'delete src', score: 64 };
  expect(await store.log({ limit: 5 })).toMatchObject([
    { ...expected, verdict: 'deny', outcome: 'refused' },
    { traceId: 't2', kind: 'session.started', summary: '', score: null, verdict: null, outcome: null },
  ]);
  expect(lines.slice(0, 2)).toMatchObject([
    { ...expected, verdict: null },
    { ...expected, verdict: 'deny' },
  ]);
});

test(verifies('trace:any-text'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const odd = 'a\ud800b\u0000c\u001b[31m\u202e\udc00\ud83d\ude00"\n\\';
  await store.append(
    [event({ agent: odd, payload: { [odd]: odd, deep: [{ odd }] }, line: { summary: odd } })],
    DURABLE,
  );
  const [frame] = await store.frames('t1');
  expect(frame?.event.agent).toBe(odd.toWellFormed());
  expect(frame?.payload).toEqual({ [odd]: odd, deep: [{ odd }] });
  expect((await store.log({ limit: 1 }))[0]).toMatchObject({ agent: odd.toWellFormed(), summary: odd.toWellFormed() });
  await store.close();
  expect(verify(place).ok).toBe(true);
});

test(verifies('trace:erase'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const secret = 'correct horse battery staple';
  await store.append(
    [event({ payload: { secret }, line: { summary: secret } }), event({ payload: { secret } })],
    DURABLE,
  );
  await store.append([event({ traceId: 't2', payload: { kept: true } })], DURABLE);
  const { payload: _payload, line: _line, ...erasure } = event({ kind: 'payload.erased', traceId: 'e1', data: {} });
  expect(await store.erase({ kind: 'trace', trace: 't1' }, erasure)).toBe(2);
  expect(await store.erase({ kind: 'trace', trace: 't1' }, erasure)).toBe(0);
  expect(await store.frames('t1')).toMatchObject([
    { payload: null, erased: true },
    { payload: null, erased: true },
  ]);
  expect(await store.frames('t2')).toMatchObject([{ payload: { kept: true }, erased: false }]);
  expect((await store.log({ limit: 1, session: 's1' }))[0]?.summary).not.toContain(secret);
  expect(look(place, 'SELECT seq FROM payloads')).toEqual([{ seq: 3 }]);
  // Not even on unused pages.
  for (const file of [place.traceDb, `${place.traceDb}-wal`])
    expect(existsSync(file) && readFileSync(file).includes(secret)).toBe(false);
  expect(verify(place).ok).toBe(true);
});

test(verifies('trace:restart'), async () => {
  const place = newPlace();
  const heads: number[] = [];
  for (let start = 0; start < 3; start++) {
    const store = await opened(place);
    heads.push(store.head().seq);
    await store.append(events(70), DURABLE);
    await store.close();
  }
  expect(heads).toEqual([0, 70, 140]);
  expect(verify(place)).toMatchObject({ ok: true, events: 210, witnessedTo: 210 });
});

test('what nobody waited for is written by closing', async () => {
  const place = newPlace();
  const store = await opened(place);
  const appended = Array.from({ length: 20 }, (_, at) => store.append(events(10), { durable: at % 2 === 0 }));
  await Promise.all([...appended, store.close(), store.close()]);
  expect(verify(place)).toMatchObject({ ok: true, events: 200, witnessedTo: 200 });
  await expect(store.append([event()], DURABLE)).rejects.toMatchObject({ code: 'trace_unwritable' });
  await store.append([event()], LAZY);
  await expect(store.log({ limit: 1 })).rejects.toThrow('closed');
  await expect(store.erase({ kind: 'trace', trace: 't1' }, event())).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
});

test(verifies('trace:newer-schema'), async () => {
  const place = newPlace();
  openForWriting(place.traceDb).close();
  tamper(place, (db) => db.exec('INSERT INTO meta VALUES (99)'));
  const before = readFileSync(place.traceDb);
  await expect(openStore(place)).rejects.toThrow('update Countersign');
  expect(() => verify(place)).toThrow('schema 99');
  expect(readFileSync(place.traceDb)).toEqual(before);
});

/** What the types forbid and a mistake elsewhere could still bring about. */
const POISON: readonly Partial<Record<keyof NewTraceEvent, unknown>>[] = [
  { data: { text: '\ud800' } },
  { data: { big: 1n } },
  { data: { nested: {} } },
  { data: { nothing: undefined, number: Number.NaN } },
  { payload: { big: 1n } },
  { kind: 'no.such.kind' },
  { at: 1.5 },
  { agent: 7 },
  { session: undefined },
  { line: { score: 1.5 } },
  { line: { summary: 7 } },
];

test(verifies('trace:poison'), async () => {
  const place = newPlace();
  const faults: string[] = [];
  const store = await opened(place, { onFault: (problem) => faults.push(problem) });
  const results = await Promise.allSettled([
    store.append([event()], DURABLE),
    ...POISON.map((over) => store.append([event(), { ...event(), ...over } as NewTraceEvent], DURABLE)),
    ...POISON.map((over) => store.append([{ ...event(), ...over } as NewTraceEvent], LAZY)),
    store.append([null as unknown as NewTraceEvent], LAZY),
    store.append([event()], DURABLE),
  ]);
  const refused = results.flatMap((result, at) => (result.status === 'rejected' ? [at] : []));
  expect(refused).toEqual(POISON.map((_, at) => at + 1));
  await expect(
    store.append([{ ...event(), data: { call: () => 1 } } as unknown as NewTraceEvent], DURABLE),
  ).rejects.toMatchObject({ code: 'trace_unwritable' });
  expect(await store.frames('t1')).toHaveLength(2);
  expect(faults.length).toBeGreaterThan(0);
  expect(store.healthy()).toBe(true);
  await store.close();
  expect(verify(place)).toMatchObject({ ok: true, events: 2 });
});

test('a writer that cannot write says so; what is there can still be read', async () => {
  const place = newPlace();
  const faults: string[] = [];
  // The other writer takes the numbers, so that this one finds its own taken.
  const store = await opened(place, { onFault: (problem) => faults.push(problem) });
  const other = openWriter(place);
  other.append(events(3));
  await expect(store.append([event()], DURABLE)).rejects.toMatchObject({ code: 'trace_unwritable' });
  expect(store.healthy()).toBe(false);
  expect(store.problem()).toBeDefined();
  expect(faults).toHaveLength(1);
  // What there is can still be read.
  expect(await store.log({ limit: 9 })).toHaveLength(3);
  expect(store.healthy()).toBe(false);
  other.close();
});

test('a writer that cannot start says why', async () => {
  const place = newPlace();
  await expect(openStore({ ...place, traceDb: '/dev/null/trace.db' })).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
});

/** What erasing leaves behind: nothing of the contents, and a chain that still holds and tells of it. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { sweep } from '../../../daemon/trace/retention.ts';
import { erasedFrame } from '../../../daemon/trace/store-frames.ts';
import type { TraceStore } from '../../../daemon/trace/store.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from '../../unit/trace/frames.ts';
import { look, newPlace, openStore, verify, type Place } from '../../unit/trace/traces.ts';

const NOW = 1_700_000_000_000;
const DAY = 86_400_000;
const ORIGIN = { at: NOW, user: 'someone' };
const SECRET = 'correct horse battery staple';
const KEEP = { payloadDays: null, recordingsDays: null, maxBytes: null };

async function opened(place: Place): Promise<TraceStore> {
  const store = await openStore(place, { paths: { ...place, recordings: recordingsOf(place) } });
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

function recordingsOf({ traceDb }: Place): string {
  const folder = join(dirname(traceDb), 'recordings');
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Lines grow while their action goes on, so that rows move between pages and leave copies behind. */
async function fill(store: TraceStore, count: number, at: (number: number) => number): Promise<void> {
  const held = (number: number) => ({ traceId: `t${number}`, at: at(number), session: `s${number % 7}` });
  for (let from = 0; from < count; from += 50) {
    const numbers = Array.from({ length: 50 }, (_, one) => from + one);
    const asked = numbers.map((number) => event({ ...held(number), payload: { text: `${SECRET} ${'x'.repeat((number * 37) % 900)}` }, line: { kind: 'exec', summary: `${SECRET} ${number}`, verdict: null } })); // prettier-ignore
    const answered = numbers.toReversed().map((number) => event({ ...held(number), payload: { note: SECRET }, line: { score: number % 100, verdict: 'allow', outcome: 'succeeded after a while' } })); // prettier-ignore
    await store.append(asked, { durable: true });
    await store.append(answered, { durable: true });
  }
}

function filesWith(folder: string, text: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => statSync(join(folder, name)).isFile())
    .filter((name) => readFileSync(join(folder, name)).includes(text));
}

test(verifies('trace:sweep'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const home = dirname(place.traceDb);
  const recording = join(recordingsOf(place), 's1.cast');
  const elsewhere = join(home, 'not-a-recording');
  for (const file of [recording, elsewhere]) writeFileSync(file, `${SECRET}\n`);
  await fill(store, 600, () => NOW - 100 * DAY);
  const ended = { kind: 'session.ended', at: NOW - 99 * DAY, line: { outcome: 'succeeded' } } as const;
  await store.append([event({ ...ended, traceId: 's1', payload: { recording } }), event({ ...ended, traceId: 's2', payload: { recording: elsewhere } })], { durable: true }); // prettier-ignore
  await store.append(
    events(20, (at) => ({ traceId: `new${at}`, at: NOW - DAY, payload: { text: 'this one stays' } })),
    { durable: true },
  );
  const framesBefore = store.head().seq;
  await sweep({ store, recordings: recordingsOf(place), settings: () => ({ ...KEEP, payloadDays: 90 }), origin: () => ORIGIN }); // prettier-ignore

  expect(existsSync(recording)).toBe(false);
  // What a client calls a recording is removed only where recordings are.
  expect(existsSync(elsewhere)).toBe(true);
  expect(filesWith(home, SECRET)).toEqual(['not-a-recording']);
  expect(filesWith(home, 'this one stays')).not.toEqual([]);
  // One frame for a batch, so that the chain does not grow with what it loses.
  expect(store.head().seq - framesBefore).toBeLessThanOrEqual(4);
  expect(verify(place)).toMatchObject({ ok: true, erased: { payloads: 1_202, frames: '1-1202' } });
  const [frame] = await store.frames('t5');
  expect(frame).toMatchObject({ payload: null, erased: true });
  // Nothing is left to do, and nothing is written about it.
  const seq = store.head().seq;
  await sweep({ store, recordings: recordingsOf(place), settings: () => ({ ...KEEP, payloadDays: 90 }), origin: () => ORIGIN }); // prettier-ignore
  expect(store.head().seq).toBe(seq);
  await store.close();
  expect(filesWith(home, SECRET)).toEqual(['not-a-recording']);
  expect(verify(place)).toMatchObject({ ok: true, erased: { payloads: 1_202 } });
});

test('by default nothing is erased', async () => {
  const place = newPlace();
  const store = await opened(place);
  await fill(store, 50, () => 0);
  await sweep({ store, recordings: recordingsOf(place), settings: () => KEEP, origin: () => ORIGIN }); // prettier-ignore
  expect(look(place, 'SELECT count(*) AS n FROM payloads')).toEqual([{ n: 100 }]);
});

test('what waits for an answer is never erased, and is once it was answered', async () => {
  const place = newPlace();
  const store = await opened(place);
  const waits = event({ traceId: 'held', at: 5, line: { kind: 'exec', summary: 'delete src', verdict: 'pending' } });
  await store.append([waits, event({ traceId: 'other', at: 5 })], { durable: true });
  const order = erasedFrame(ORIGIN, { by: 'order', approver: 'apr-1', reason: 'asked to' });
  expect(await store.erase({ kind: 'before', before: NOW }, order)).toBe(1);
  expect(await store.erase({ kind: 'trace', trace: 'held' }, order)).toBe(0);
  expect(await store.pendingTraces()).toMatchObject([{ traceId: 'held', summary: 'delete src' }]);
  await store.append([event({ traceId: 'held', at: 6, line: { verdict: 'deny' } })], { durable: true });
  expect(await store.erase({ kind: 'trace', trace: 'held' }, order)).toBe(2);
  expect(verify(place)).toMatchObject({ ok: true, erased: { payloads: 3 } });
});

test('an agent run is erased with everything of it and nothing else', async () => {
  const place = newPlace();
  const store = await opened(place);
  await store.append(events(60, (at) => ({ session: at % 3 === 0 ? 'mine' : 'other', payload: { text: at % 3 === 0 ? SECRET : 'harmless' }, line: { kind: 'exec', summary: at % 3 === 0 ? SECRET : 'harmless' } })), { durable: true }); // prettier-ignore
  const order = erasedFrame(ORIGIN, { by: 'order', approver: 'apr-1', reason: 'left the company' });
  expect(await store.erase({ kind: 'session', session: 'mine' }, order)).toBe(20);
  expect(filesWith(dirname(place.traceDb), SECRET)).toEqual([]);
  expect(look(place, 'SELECT count(*) AS n FROM payloads')).toEqual([{ n: 41 }]);
  const [line] = await store.log({ limit: 1 });
  expect(line).toMatchObject({ kind: 'payload.erased', summary: 'payloads erased: left the company' });
  expect(verify(place)).toMatchObject({ ok: true, erased: { payloads: 20 } });
});

test('a trace that grows beyond its size loses its oldest contents', async () => {
  const place = newPlace();
  const store = await opened(place);
  const old = events(400, (at) => ({ at: NOW - 10_000 + at, payload: { text: 'y'.repeat(4_000) } }));
  for (let from = 0; from < old.length; from += 100) await store.append(old.slice(from, from + 100), { durable: true });
  const settings = () => ({ ...KEEP, maxBytes: 1_000_000 });
  await sweep({ store, recordings: recordingsOf(place), settings, origin: () => ORIGIN });
  expect(look(place, 'SELECT count(*) AS n FROM payloads WHERE seq = 1')).toEqual([{ n: 0 }]);
  expect(statSync(place.traceDb).size).toBeLessThan(1_000_000);
  expect(verify(place).ok).toBe(true);
});

test('old recordings go by their own age', async () => {
  const place = newPlace();
  const store = await opened(place);
  const folder = recordingsOf(place);
  for (const [name, days] of [['old.cast', 40], ['new.cast', 2]] as const) {
    writeFileSync(join(folder, name), 'x');
    utimesSync(join(folder, name), new Date(NOW - days * DAY), new Date(NOW - days * DAY));
  } // prettier-ignore
  const settings = () => ({ ...KEEP, recordingsDays: 30 });
  await sweep({ store, recordings: folder, settings, origin: () => ORIGIN });
  expect(readdirSync(folder)).toEqual(['new.cast']);
  expect((await store.log({ limit: 1 }))[0]).toMatchObject({ summary: '1 old recordings erased' });
});

test(verifies('trace:retention-claims-first'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const judged = events(200, (at) => ({
    traceId: `j${at}`,
    at: NOW - 20_000 + at,
    payload: { text: 'y'.repeat(4_000) },
  }));
  const claimed = events(200, (at) => ({ traceId: `s${at}`, session: 'spooled', at: NOW - 10_000 + at, payload: { text: 'z'.repeat(16_000) }, line: { kind: 'exec', summary: 'claimed' } })); // prettier-ignore
  for (const frames of [judged, claimed]) {
    for (let from = 0; from < 200; from += 50) await store.append(frames.slice(from, from + 50), { durable: true });
  }
  const told: string[] = [];
  const settings = () => ({ ...KEEP, maxBytes: 2_000_000 });
  await sweep({ store, recordings: recordingsOf(place), settings, origin: () => ORIGIN, onErased: (text) => told.push(text) }); // prettier-ignore
  expect(look(place, 'SELECT count(*) AS n FROM payloads WHERE seq <= 200')).toEqual([{ n: 200 }]);
  expect(look(place, 'SELECT count(*) AS n FROM payloads WHERE seq BETWEEN 201 AND 400')).toEqual([{ n: 0 }]);
  const words = '200 payloads erased to make room, as the settings say';
  expect(told).toEqual([`${words}, on ${new Date(NOW).toISOString().slice(0, 10)}`]);
  expect((await store.log({ limit: 1 }))[0]).toMatchObject({ kind: 'payload.erased', summary: words });
  expect(verify(place).ok).toBe(true);
});

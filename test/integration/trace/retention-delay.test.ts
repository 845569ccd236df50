/** Settings that erase more than before. */
import { writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';

import { createRetentionDelay, TIGHTENING_MS, type RetentionDelay } from '../../../daemon/trace/retention-delay.ts';
import type { TraceStore } from '../../../daemon/trace/store.ts';
import { eventually, startDaemon } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { newPlace, openStore, verify } from '../../unit/trace/traces.ts';

const DAY = 86_400_000;
const KEEP = { payloadDays: null, recordingsDays: null, maxBytes: null };
const TIGHT = { ...KEEP, payloadDays: 1, maxBytes: 64 * 1024 * 1024 };

async function opened(place = newPlace()): Promise<TraceStore> {
  const store = await openStore(place);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

function ticking(store: TraceStore) {
  const now = { wallMs: 1_700_000_000_000, bootMs: 5_000_000 };
  const clock = { wallMs: () => now.wallMs, bootMs: () => now.bootMs };
  const begin = (): RetentionDelay => createRetentionDelay({ store, clock, user: 'someone' });
  const pass = (ms: number): void => {
    now.wallMs += ms;
    now.bootMs += ms;
  };
  return { now, begin, pass };
}

test(verifies('trace:retention-waits'), async () => {
  const place = newPlace();
  const store = await opened(place);
  const { begin, pass, now } = ticking(store);
  let delay = begin();
  expect(await delay.look(TIGHT)).toEqual(KEEP);
  expect(delay.notice()).toMatch(/^retention was tightened by config.yaml; from 2023-11-21 22:13 UTC on .* contents of 1 days, a trace of 64 MiB/); // prettier-ignore
  for (let day = 1; day < 7; day++) {
    pass(DAY);
    // Another daemon each day, as on a machine that is turned off at night; its boot clock begins anew.
    delay = begin();
    now.bootMs = 1_000;
    expect(await delay.look(TIGHT)).toEqual(KEEP);
  }
  // A step of the clock is worth nothing within a run.
  now.wallMs += 300 * DAY;
  expect(await delay.look(TIGHT)).toEqual(KEEP);
  pass(DAY);
  expect(await delay.look(TIGHT)).toEqual(TIGHT);
  expect(delay.notice()).toBeUndefined();
  expect(await begin().look(TIGHT)).toEqual(TIGHT);
  const told = (await store.log({ limit: 10 })).filter(({ kind }) => kind === 'config.loaded');
  expect(told.map(({ summary }) => summary.slice(0, 23))).toEqual([
    'retention was tightened',
    'kept: contents of 1 day',
  ]);
  expect(verify(place).ok).toBe(true);
});

test('a step of the clock over a restart is worth a day', async () => {
  const { begin, now } = ticking(await opened());
  await begin().look(TIGHT);
  now.wallMs += 300 * DAY;
  expect(await begin().look(TIGHT)).toEqual(KEEP);
});

test('what keeps more holds at once, and asking for less still waits its whole time anew', async () => {
  const { begin, pass } = ticking(await opened());
  const delay = begin();
  await delay.look(TIGHT);
  pass(TIGHTENING_MS - 1);
  expect(await delay.look({ ...TIGHT, recordingsDays: 3 })).toEqual(KEEP);
  pass(TIGHTENING_MS - 1);
  expect(await delay.look(KEEP)).toEqual(KEEP);
  expect(delay.notice()).toBeUndefined();
  await delay.look(TIGHT);
  pass(TIGHTENING_MS);
  expect(await delay.look(TIGHT)).toEqual(TIGHT);
  expect(await delay.look({ ...TIGHT, payloadDays: 30, recordingsDays: 5 })).toEqual({ ...TIGHT, payloadDays: 30 });
  // A file that does not load changes nothing.
  expect(await delay.look(undefined)).toEqual({ ...TIGHT, payloadDays: 30 });
});

test('a daemon tells of it in its status, also after a restart', { timeout: 120_000 }, async () => {
  const daemon = await startDaemon();
  writeFileSync(daemon.paths.config, 'retention:\n  payloadDays: 1\n', { mode: 0o600 });
  const told = async (one: typeof daemon) =>
    eventually(async () => (await one.control.call('status')).problems.find((text) => text.startsWith('retention was tightened')), 'the notice'); // prettier-ignore
  const first = await told(daemon);
  await daemon.stop();
  const again = await startDaemon({ home: daemon.home });
  expect((await told(again)).slice(0, 60)).toBe(first.slice(0, 60));
});

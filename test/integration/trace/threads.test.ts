/** The store when one of its threads ends, and verification beside a store that writes. */
import { execFile } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import diagnostics from 'node:diagnostics_channel';
import { rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Worker } from 'node:worker_threads';
import { expect, onTestFinished, test } from 'vitest';

import { VerifyReport } from '../../../protocol/trace.ts';
import { NODE } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from '../../unit/trace/frames.ts';
import { newPlace, openStore, verify, type Place } from '../../unit/trace/traces.ts';

const VERIFIER = fileURLToPath(new URL('../../../daemon/trace/verify-main.ts', import.meta.url));
const DURABLE = { durable: true } as const;

test(verifies('trace:writer-lost'), async () => {
  const place = newPlace();
  const threads = threadsStarted();
  const faults: string[] = [];
  const store = await openStore(place, { onFault: (problem) => faults.push(problem) });
  await store.append(events(5), DURABLE);
  const onTheirWay = Array.from({ length: 50 }, () => store.append(events(5), DURABLE));
  void threads[0]?.terminate();
  const results = await Promise.allSettled(onTheirWay);
  const written = results.filter(({ status }) => status === 'fulfilled').length;
  expect(store.healthy()).toBe(false);
  expect(faults).toHaveLength(1);
  await expect(store.append([event()], DURABLE)).rejects.toMatchObject({ code: 'trace_unwritable' });
  await expect(store.erase({ kind: 'trace', trace: 't1' }, event())).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
  await expect(store.checkpoint()).rejects.toMatchObject({ code: 'trace_unwritable' });
  await store.append([event()], { durable: false });
  expect((await store.log({ limit: 100 })).length).toBe(5);
  await store.close();
  const { ok, events: kept } = verify(place);
  expect(ok).toBe(true);
  expect(kept).toBeGreaterThanOrEqual(5 + written * 5);
});

test('a reader that ended is replaced for the next question', async () => {
  const threads = threadsStarted();
  const store = await openStore(newPlace());
  onTestFinished(() => store.close());
  await store.append(events(3), DURABLE);
  expect(threads).toHaveLength(1);
  expect(await store.log({ limit: 9 })).toHaveLength(3);
  await threads[1]?.terminate();
  expect(await store.log({ limit: 9 })).toHaveLength(3);
  expect(threads).toHaveLength(3);
});

test(verifies('trace:verify-live'), async () => {
  const place = newPlace();
  const key = join(dirname(place.traceDb), 'daemon.pub');
  writeFileSync(key, createPublicKey(place.signingKey).export({ type: 'spki', format: 'pem' }));
  const store = await openStore(place);
  let writing = true;
  const written = (async () => {
    while (writing) await store.append(events(7), DURABLE);
  })();
  for (let run = 0; run < 5; run++) expect(await runVerifier(place, key)).toMatchObject({ ok: true });
  writing = false;
  await written;
  const { seq, hash } = store.head();
  expect(await runVerifier(place, key)).toMatchObject({ ok: true, events: seq, head: hash });
  await store.close();
  expect(await runVerifier(place, key)).toMatchObject({ ok: true, events: seq, head: hash, witnessedTo: seq });
}, 240_000); // prettier-ignore

test('the verifier says what is missing', async () => {
  const place = newPlace();
  expect(await runVerifier(place, '/dev/null')).toMatchObject({ ok: false, problem: 'there is no trace' });
  await (await openStore(place)).close();
  expect(await runVerifier(place, '/dev/null')).toMatchObject({ ok: false });
  const store = await openStore(place);
  await store.append(events(3), DURABLE);
  await store.close();
  rmSync(place.traceDb);
  expect(await runVerifier(place, '/dev/null')).toMatchObject({ ok: false, problem: expect.stringContaining('3') });
});

/** In the order of their start: the writer, then the reader. */
function threadsStarted(): readonly Worker[] {
  const threads: Worker[] = [];
  const listen = (message: unknown): void => void threads.push((message as { worker: Worker }).worker);
  diagnostics.subscribe('worker_threads', listen);
  onTestFinished(() => void diagnostics.unsubscribe('worker_threads', listen));
  return threads;
}

function runVerifier({ traceDb, witness }: Place, key: string): Promise<VerifyReport> {
  return new Promise((resolve, reject) => {
    execFile(NODE, [VERIFIER, traceDb, witness, key], (error, stdout) => {
      const report = VerifyReport.parse(JSON.parse(stdout));
      if (report.ok === (error === null)) resolve(report);
      else reject(new Error('the exit code disagrees with the report', { cause: error ?? undefined }));
    });
  });
}

/** Backups, and what becomes of a trace that is restored from one. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { erasedFrame } from '../../../daemon/trace/store-frames.ts';
import type { TraceStore } from '../../../daemon/trace/store.ts';
import { verifyTrace } from '../../../daemon/trace/verify.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event, events } from '../../unit/trace/frames.ts';
import { newPlace, openStore, verify, type Place } from '../../unit/trace/traces.ts';

const DURABLE = { durable: true } as const;

async function opened(place: Place): Promise<TraceStore> {
  const store = await openStore(place);
  onTestFinished(() => store.close().catch(() => undefined));
  return store;
}

const backupOf = (place: Place, name = 'backup'): string => join(dirname(place.traceDb), name);
const verifyBackup = (place: Place, folder: string) =>
  verifyTrace({ traceDb: join(folder, 'trace.db'), witness: join(folder, 'witness'), publicKey: createPublicKey(place.signingKey) }); // prettier-ignore

test(verifies('trace:backup'), async () => {
  const place = newPlace();
  const store = await opened(place);
  await store.append(
    events(100, () => ({ payload: { text: 'a secret of old' } })),
    DURABLE,
  );
  const order = erasedFrame({ at: 1, user: 'someone' }, { by: 'order', approver: null, reason: 'because' });
  await store.erase({ kind: 'before', before: 2_000_000_000_000 }, order);
  let writing = true;
  const written = (async () => {
    while (writing) await store.append(events(7), DURABLE);
  })();
  const folder = backupOf(place);
  const manifest = await store.backup(folder);
  writing = false;
  await written;
  expect(manifest.events).toBeGreaterThanOrEqual(101);
  expect(manifest.events).toBeLessThanOrEqual(store.head().seq);
  expect(verifyBackup(place, folder)).toMatchObject({ ok: true, events: manifest.events, head: manifest.head });
  expect(readdirSync(folder).toSorted()).toEqual(['daemon.pub', 'manifest.json', 'trace.db', 'witness']);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const file = join(folder, name);
    expect(statSync(file).mode & 0o077).toBe(0);
    if (statSync(file).isDirectory()) continue;
    expect(readFileSync(file).includes('PRIVATE')).toBe(false);
    expect(readFileSync(file).includes('a secret of old')).toBe(false);
  }
  await expect(store.backup(folder)).rejects.toMatchObject({ code: 'bad_request' });
});

test(verifies('trace:restore'), async () => {
  const place = newPlace();
  const store = await opened(place);
  await store.append(events(150), DURABLE);
  const folder = backupOf(place);
  await store.backup(folder);
  // The backup has all that the present trace has: nothing is lost.
  await store.restore(folder, false);
  expect(verify(place)).toMatchObject({ ok: true, events: 151, gaps: [{ kind: 'store.restored', missing: 0 }] });
  await store.append(
    events(49, (at) => ({ traceId: `later${at}` })),
    DURABLE,
  );
  expect(await store.frames('later1')).toHaveLength(1);

  await expect(store.restore(folder, false)).rejects.toMatchObject({ code: 'trace_diverged' });
  expect(store.head().seq).toBe(200);
  await store.restore(folder, true);
  expect(store.healthy()).toBe(true);
  // Readers see the trace that is there now.
  expect(await store.frames('later1')).toEqual([]);
  expect(await store.frames('t1')).toHaveLength(1);
  await store.append(
    events(80, (at) => ({ traceId: `last${at}` })),
    DURABLE,
  );
  await store.close();
  expect(verify(place)).toMatchObject({
    ok: false,
    holds: true,
    events: 231,
    witnessedTo: 231,
    gaps: [{ kind: 'store.restored', after: 150, missing: 50 }],
    problem: expect.stringContaining('50 frames after 150 are missing') as string,
  });
  // Nothing was deleted: both traces from before lie aside, and hold.
  const aside = join(dirname(place.traceDb), 'set-aside');
  const kept = readdirSync(aside).map((name) => join(aside, name, 'trace.db'));
  const publicKey = createPublicKey(place.signingKey);
  expect(kept.map((traceDb) => verifyTrace({ traceDb, witness: undefined, publicKey }).events)).toEqual([150, 200]);
  // A backup of a restored trace holds as well, and goes back.
  const again = await opened(place);
  const second = backupOf(place, 'second');
  await again.backup(second);
  expect(verifyBackup(place, second)).toMatchObject({ holds: true, gaps: [{ missing: 50 }] });
  await again.restore(second, false);
  expect(verify(place)).toMatchObject({ holds: true, gaps: [{ missing: 50 }, { missing: 0 }] });
});

test('what is no whole backup of this trace is refused, and nothing is touched', async () => {
  const place = newPlace();
  const store = await opened(place);
  await store.append(events(20), DURABLE);
  const spoiled = async (name: string, spoil: (folder: string) => void): Promise<string> => {
    await store.backup(backupOf(place, name));
    spoil(backupOf(place, name));
    return backupOf(place, name);
  };
  const stranger = { ...newPlace(), signingKey: generateKeyPairSync('ed25519').privateKey, daemonId: 'another' };
  const other = await opened(stranger);
  await other.append(events(30), DURABLE);
  await other.backup(backupOf(stranger));
  const bad = [
    await spoiled('changed', (folder) => appendFileSync(join(folder, 'trace.db'), 'x')),
    await spoiled('unnamed', (folder) => writeFileSync(join(folder, 'manifest.json'), '{}')),
    await spoiled('head', (folder) => writeFileSync(join(folder, 'witness', 'head'), `${'0'.repeat(15)} ${'a'.repeat(64)}\n`)), // prettier-ignore
    backupOf(stranger),
    backupOf(place, 'nothing'),
  ];
  const { seq, hash } = store.head();
  for (const folder of bad) {
    await expect(store.restore(folder, true)).rejects.toMatchObject({ code: 'backup_invalid' });
    expect(store.head()).toEqual({ seq, hash });
  }
  expect(store.healthy()).toBe(true);
  await store.append([event()], DURABLE);
  expect(existsSync(join(dirname(place.traceDb), 'set-aside'))).toBe(false);
  expect(verify(place)).toMatchObject({ ok: true, events: 21 });
});

test('a backup brings a lost trace back', async () => {
  const place = newPlace();
  const first = await opened(place);
  await first.append(events(100), DURABLE);
  const folder = backupOf(place);
  await first.backup(folder);
  await first.append(
    events(30, (at) => ({ traceId: `after${at}` })),
    DURABLE,
  );
  await first.close();
  writeFileSync(place.traceDb, 'gone');
  const store = await opened(place);
  expect(store.notice()).toContain('130 frames after 0 are missing');
  await store.append(
    events(3, (at) => ({ traceId: `between${at}` })),
    DURABLE,
  );
  await store.restore(folder, true);
  await store.append([event()], DURABLE);
  expect(await store.frames('t100')).toHaveLength(1);
  await store.close();
  // Thirty of the first, and what was written in between with the frame that told of the loss.
  expect(verify(place)).toMatchObject({ ok: false, holds: true, events: 102, gaps: [{ missing: 34 }] });
});

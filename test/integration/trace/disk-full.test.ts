/** A disk without space, on a file system of our own. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { event } from '../../unit/trace/frames.ts';
import { newPlace, openStore, verify } from '../../unit/trace/traces.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0 && tryMount();
const big = 'x'.repeat(200_000);

test.skipIf(!canMount)(verifies('trace:disk-full'), async () => {
  const disk = smallDisk();
  const place = newPlace(disk);
  const faults: string[] = [];
  const store = await openStore(place, { onFault: (problem) => faults.push(problem) });
  onTestFinished(() => store.close().catch(() => undefined));
  await store.append([event()], { durable: true });
  fill(disk);
  await expect(store.append([event({ payload: { big } })], { durable: true })).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
  expect(store.healthy()).toBe(false);
  expect(faults.length).toBeGreaterThan(0);
  for (let at = 0; at < 5; at++)
    await store.append([event({ traceId: `lazy${at}`, payload: { big } })], { durable: false });
  await expect(store.append([event({ payload: { big } })], { durable: true })).rejects.toMatchObject({
    code: 'trace_unwritable',
  });
  // What was written before can be read, and that does not make it healthy.
  expect(await store.frames('t1')).toHaveLength(1);
  expect(store.healthy()).toBe(false);
  rmSync(join(disk, 'filler'));
  await expect.poll(() => store.healthy(), { timeout: 20_000 }).toBe(true);
  for (let at = 0; at < 5; at++) expect(await store.frames(`lazy${at}`)).toHaveLength(1);
  expect(await store.frames('t1')).toHaveLength(1);
  await store.append([event()], { durable: true });
  await store.close();
  expect(verify(place)).toMatchObject({ ok: true, events: 7, witnessedTo: 7 });
});

test.skipIf(!canMount)(
  'frames are acknowledged while only the witness has no space, and that is reported',
  async () => {
    const disk = smallDisk();
    const place = { ...newPlace(), witness: join(disk, 'witness') };
    const faults: string[] = [];
    const store = await openStore(place, { onFault: (problem) => faults.push(problem) });
    onTestFinished(() => store.close().catch(() => undefined));
    // The next note would begin on the last page there is and end on one that there is not.
    for (let size = 1; size <= 23; size++) {
      await store.append([event()], { durable: true });
      await store.checkpoint();
    }
    fill(disk);
    await store.append(
      Array.from({ length: 70 }, () => event()),
      { durable: true },
    );
    expect(store.healthy()).toBe(false);
    expect(faults).toHaveLength(1);
    rmSync(join(disk, 'filler'));
    await store.append([event()], { durable: true });
    expect(store.healthy()).toBe(true);
    await store.close();
    expect(verify(place)).toMatchObject({ ok: true, events: 94, witnessedTo: 94 });
  },
);

function smallDisk(): string {
  const disk = join(tempFolder(), 'disk');
  mkdirSync(disk);
  onTestFinished(() => void spawnSync('umount', ['-l', disk]));
  expect(mount(disk)).toBe(0);
  return disk;
}

function mount(folder: string): number | null {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'none', folder]).status;
}

/** Leaves not a block. */
function fill(disk: string): void {
  const { bavail, bsize } = statfsSync(disk);
  writeFileSync(join(disk, 'filler'), Buffer.alloc(bavail * bsize));
}

function tryMount(): boolean {
  const folder = '/tmp';
  return spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=4k', 'none', folder]).status === 0;
}

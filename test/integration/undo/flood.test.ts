/** One session that destroys all it can leaves room for the others, and the disk its owner's. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import type { SavedOperation } from '../../../protocol/undo.ts';
import { MAX_OPERATIONS } from '../../../daemon/undo/limits.ts';
import { roomFor } from '../../../daemon/undo/room.ts';
import { listOperations } from '../../../daemon/undo/trash.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop, type Workshop } from './workshop.ts';

const NOW = 1_790_000_000_000;
const DAY_MS = 86_400_000;

/** Saves folders of a session until no more of them is saved; how often it could, and why no more. */
async function flood(
  { place, save }: Workshop,
  session: string,
  most: number,
): Promise<readonly [number, string | undefined]> {
  for (let time = 0; time < most; time++) {
    const folder = `${place}/${session}${time}`;
    mkdirSync(folder);
    for (let at = 0; at < 20; at++) writeFileSync(`${folder}/f${at}`, '');
    const { files, notRestorable } = await save(`${session}${time}`, [{ how: 'gone', paths: [folder] }], session);
    if (files === 0) return [time, notRestorable[0]?.reason];
  }
  return [most, undefined];
}

test(verifies('undo:empty-files'), async () => {
  const at = workshop({ quotaBytes: 200_000 });
  const [times] = await flood(at, 'a', 50);
  expect(times).toBeLessThan(50);
  const taken = (await listOperations(at.trash)).reduce((sum, { takesBytes = 0 }) => sum + takesBytes, 0);
  expect(taken).toBeGreaterThan(20 * 1_024);
});

describe(verifies('undo:share'), () => {
  test('another session still saves after one has filled what it may', async () => {
    const at = workshop({ quotaBytes: 200_000 });
    const [, reason] = await flood(at, 'a', 50);
    expect(reason).toContain('its part of the trash');
    writeFileSync(`${at.place}/notes`, 'the only copy');
    const claims = [{ how: 'gone' as const, paths: [`${at.place}/notes`] }];
    expect(await at.save('b0', claims, 'b')).toMatchObject({ files: 1, notRestorable: [] });
  });

  test('neither by many small commands nor by pushing out what others saved long ago', () => {
    const of = (session: string, count: number, at: number, bytes: number) => Array.from({ length: count }, (_, index): SavedOperation => ({ trace: `${session}${index}`, at, session, summary: '', files: 1, bytes, notRestorable: [], more: 0, leftToGit: 0, leftToBuild: 0, paths: [] })); // prettier-ignore
    const room = (session: string, operations: SavedOperation[]) =>
      roomFor({ bytes: 1, session }, operations, { quotaBytes: 1_000_000 }, NOW);
    const many = of('a', MAX_OPERATIONS / 2, NOW - 1, 1);
    expect(room('a', many)).toMatchObject({ kind: 'full' });
    expect(room('b', many)).toMatchObject({ kind: 'room' });
    const all = [...many, ...of('b', MAX_OPERATIONS / 2, NOW - 1, 1)];
    expect(room('c', all)).toMatchObject({ kind: 'full' });
    const long = [...many, ...of('b', MAX_OPERATIONS / 2, NOW - 2 * DAY_MS, 1)];
    expect(room('c', long)).toMatchObject({ kind: 'room', going: [{ session: 'b' }] });
    const large = [...of('a', 5, NOW - 1, 100_000), ...of('b', 5, NOW - 2 * DAY_MS, 100_000)];
    expect(room('a', large)).toMatchObject({ kind: 'full' });
    expect(room('c', large)).toMatchObject({ kind: 'room' });
  });
});

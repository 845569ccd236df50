/** Folders that an agent exchanges for links, and work that fails half-way. */
import { mkdirSync, readdirSync, readFileSync, renameSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { undoneLines } from '../../../cli/show/undo.ts';
import { createStyle } from '../../../cli/terminal/style.ts';
import { restore } from '../../../daemon/undo/restore.ts';
import { save, type SaveContext } from '../../../daemon/undo/save.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop, type Workshop } from './workshop.ts';

const HOUR_MS = 3_600_000;

/** Acts between the look at what there is and the first byte that is written. */
function meanwhile({ context }: Workshop, act: () => void): SaveContext {
  let acted = false;
  const { quotaBytes, ...limits } = context.limits;
  const watched = Object.defineProperty({ ...limits }, 'quotaBytes', {
    get() {
      if (!acted) act();
      acted = true;
      return quotaBytes;
    },
  });
  return { ...context, limits: watched as SaveContext['limits'] }; // the one that is missing was defined
}

function swap(folder: string, forWhat: string): void {
  renameSync(folder, `${folder}-before`);
  symlinkSync(forWhat, folder);
}

/** An action that overwrote `left` and took away `dist`, an hour ago. */
async function afterwards(inOrder: readonly ('dist' | 'left')[] = ['dist', 'left']) {
  const at = workshop({}, Date.now() - HOUR_MS);
  const { place } = at;
  const dist = `${place}/dist`;
  mkdirSync(dist);
  writeFileSync(`${dist}/authorized_keys`, 'of the agent');
  writeFileSync(`${place}/left`, 'old');
  const claims = {
    dist: { how: 'gone' as const, paths: [`${dist}/authorized_keys`] },
    left: { how: 'overwritten' as const, paths: [`${place}/left`] },
  };
  const saved = await at.save(
    't1',
    inOrder.map((name) => claims[name]),
  );
  unlinkSync(`${dist}/authorized_keys`);
  writeFileSync(`${place}/left`, 'new');
  const order = { trace: 't1', digest: saved.digest, endedAt: Date.now(), replace: false, as: 'u0' };
  return { at, place, dist, order };
}

describe(verifies('undo:swapped'), () => {
  test('nothing is written to where a folder leads since it was looked at', async () => {
    const { at, place, dist, order } = await afterwards();
    const elsewhere = tempFolder('ssh');
    const restoring = restore(
      order,
      meanwhile(at, () => swap(dist, elsewhere)),
    );
    await expect(restoring).rejects.toThrow('nothing was restored: its folder is a link to elsewhere by now');
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(readFileSync(`${place}/left`, 'utf8')).toBe('new');
  });

  test('nothing is copied from where a folder leads since it was looked at', async () => {
    const at = workshop();
    const elsewhere = tempFolder('ssh');
    writeFileSync(`${elsewhere}/id`, 'of somebody else');
    mkdirSync(`${at.place}/a/b`, { recursive: true });
    writeFileSync(`${at.place}/a/b/id`, 'of the agent at a time');
    symlinkSync('id', `${at.place}/a/b/link`);
    const saved = await save(
      { trace: 't1', at: Date.now(), session: 's', summary: '', claims: [{ how: 'gone', paths: [`${at.place}/a`] }], sync: false },
      meanwhile(at, () => swap(`${at.place}/a/b`, elsewhere)),
    ); // prettier-ignore
    expect(saved.files).toBe(0);
    expect(saved.notRestorable.map(({ path }) => path)).toContain(`${at.place}/a/b/id`);
    expect(readdirSync(`${at.trash}/t1`).toSorted()).toEqual(['about.json', 'entries.json']);
  });

  test('what is worked on between the look and the restore stays', async () => {
    const { at, place, order } = await afterwards();
    const work = () => writeFileSync(`${place}/left`, 'newer work of a person');
    await expect(restore(order, meanwhile(at, work))).rejects.toThrow('changed');
    expect(readFileSync(`${place}/left`, 'utf8')).toBe('newer work of a person');
  });
});

test(verifies('undo:rolled-back'), async () => {
  const { at, place, dist, order } = await afterwards(['left', 'dist']);
  const restoring = restore(
    order,
    meanwhile(at, () => swap(dist, tempFolder('ssh'))),
  );
  await expect(restoring).rejects.toThrow('nothing was restored');
  expect(readFileSync(`${place}/left`, 'utf8')).toBe('new');
  expect(readdirSync(place).toSorted()).toEqual(['dist', 'dist-before', 'left']);
});

test(verifies('undo:into-link'), async () => {
  const { place, save: saveIt, restore: restoreIt } = workshop();
  mkdirSync(`${place}/data/home`, { recursive: true });
  symlinkSync('data/home', `${place}/home`);
  writeFileSync(`${place}/a`, 'x');
  const saved = await saveIt('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
  const done = await restoreIt('t1', saved, { into: `${place}/home/rescued` });
  expect(done).toMatchObject({ restored: true, files: 1 });
  expect(readFileSync(`${place}/data/home/rescued/a`, 'utf8')).toBe('x');
});

test(verifies('undo:quoted'), () => {
  const done = { restored: true, files: 1, bytes: 1, newer: [], moreNewer: 0, incomplete: [], into: '', replaced: '', leftToGit: 2, leftToBuild: 0 }; // prettier-ignore
  const line = undoneLines('t1', { ...done, paths: ['/w/src', "/w/a'; curl x|sh; '"] }, createStyle(false)).join('\n');
  expect(line).toContain(` -- /w/src '/w/a'\\''; curl x|sh; '\\'''`);
});

import { mkdirSync, openSync, closeSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

import { readAttributes, writeAttributes } from '../../../daemon/undo/file-properties.ts';
import { verifies } from '../../helpers/verifies.ts';
import { workshop } from './workshop.ts';

const HOUR_MS = 3_600_000;

/** `undefined` where the file system has no such attributes. */
function withAttribute(path: string): boolean {
  const fd = openSync(path, 'r+');
  try {
    return writeAttributes(fd, [['user.note', Buffer.from('kept').toString('base64')]]).length === 0;
  } finally {
    closeSync(fd);
  }
}

test(verifies('undo:attributes'), async ({ skip }) => {
  const { place, save, restore } = workshop();
  writeFileSync(`${place}/a`, 'x');
  if (!withAttribute(`${place}/a`)) skip('the file system of the temporary folder has no extended attributes');
  const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
  rmSync(`${place}/a`);
  expect(await restore('t1', saved)).toMatchObject({ restored: true, incomplete: [] });
  const fd = openSync(`${place}/a`, 'r');
  expect(readAttributes(fd)).toContainEqual(['user.note', Buffer.from('kept').toString('base64')]);
  closeSync(fd);
});

describe(verifies('undo:newer'), () => {
  test('what was taken away and made again stays as it is', async () => {
    const { place, save, restore } = workshop();
    mkdirSync(`${place}/a`);
    writeFileSync(`${place}/a/old`, 'old');
    writeFileSync(`${place}/a/other`, 'other');
    const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
    rmSync(`${place}/a`, { recursive: true });
    mkdirSync(`${place}/a`);
    writeFileSync(`${place}/a/old`, 'made again');
    expect(await restore('t1', saved)).toMatchObject({
      restored: false,
      files: 0,
      newer: [{ path: `${place}/a/old` }],
    });
    expect(readdirSync(`${place}/a`)).toEqual(['old']);
    const elsewhere = await restore('t1', saved, { into: `${place}/rescued` });
    expect(elsewhere).toMatchObject({ restored: true, files: 2, into: `${place}/rescued` });
    expect(readFileSync(`${place}/rescued/a/old`, 'utf8')).toBe('old');
    expect(readFileSync(`${place}/a/old`, 'utf8')).toBe('made again');
  });

  test('what was overwritten and edited since stays; what the action left gives way', async () => {
    const { place, save, restore } = workshop({}, Date.now() - HOUR_MS);
    writeFileSync(`${place}/a`, 'old');
    const saved = await save('t1', [{ how: 'overwritten', paths: [`${place}/a`] }]);
    writeFileSync(`${place}/a`, 'later');
    expect(await restore('t1', saved)).toMatchObject({ restored: false, newer: [{ path: `${place}/a` }] });
    // As if the action had been reported to end just now.
    expect(await restore('t1', saved, { endedAt: Date.now() })).toMatchObject({ restored: true, replaced: 'u0' });
    expect(readFileSync(`${place}/a`, 'utf8')).toBe('old');
  });
});

test(verifies('undo:replace'), async () => {
  const { place, save, restore } = workshop({}, Date.now() - HOUR_MS);
  writeFileSync(`${place}/a`, 'old');
  const saved = await save('t1', [{ how: 'overwritten', paths: [`${place}/a`] }]);
  writeFileSync(`${place}/a`, 'newer work');
  const undone = await restore('t1', saved, { replace: true });
  expect(undone).toMatchObject({ restored: true, replaced: 'u0' });
  expect(readFileSync(`${place}/a`, 'utf8')).toBe('old');
  await restore('u0', { ...saved, digest: undone.replacedDigest }, { replace: true, as: 'u1' });
  expect(readFileSync(`${place}/a`, 'utf8')).toBe('newer work');
});

describe(verifies('undo:damaged'), () => {
  test('content that changed in the trash', async () => {
    const { place, trash, save, restore } = workshop();
    writeFileSync(`${place}/a`, 'old');
    const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
    rmSync(`${place}/a`);
    writeFileSync(`${trash}/t1/0`, 'bad');
    await expect(restore('t1', saved)).rejects.toThrow('damaged');
    expect(readdirSync(place)).toEqual([]);
  });

  test('a list that was edited', async () => {
    const { place, trash, save, restore } = workshop();
    writeFileSync(`${place}/a`, 'old');
    const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
    const list = readFileSync(`${trash}/t1/entries.json`, 'utf8');
    writeFileSync(`${trash}/t1/entries.json`, list.replace(`${place}/a`, `${place}/b`));
    await expect(restore('t1', saved)).rejects.toThrow('not the one that the trace knows');
    await expect(restore('../t1', saved)).rejects.toThrow('nothing is saved');
  });
});

test(verifies('undo:whole'), async () => {
  const { place, trash, save, restore } = workshop();
  mkdirSync(`${place}/a`);
  for (const name of ['one', 'three', 'two']) writeFileSync(`${place}/a/${name}`, name);
  const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a/one`, `${place}/a/two`, `${place}/a/three`] }]);
  for (const name of ['one', 'two', 'three']) rmSync(`${place}/a/${name}`);
  writeFileSync(`${trash}/t1/2`, 'THREE');
  await expect(restore('t1', saved)).rejects.toThrow('nothing was restored');
  expect(readdirSync(`${place}/a`)).toEqual([]);
});

test(verifies('undo:links'), async () => {
  const { place, save, restore } = workshop();
  mkdirSync(`${place}/a`);
  mkdirSync(`${place}/elsewhere`);
  writeFileSync(`${place}/a/file`, 'x');
  const saved = await save('t1', [{ how: 'gone', paths: [`${place}/a/file`] }]);
  rmSync(`${place}/a`, { recursive: true });
  symlinkSync('elsewhere', `${place}/a`);
  const refused = await restore('t1', saved, { replace: true });
  expect(refused).toMatchObject({ restored: false, newer: [{ reason: 'its folder is a link to elsewhere by now' }] });
  expect(readdirSync(`${place}/elsewhere`)).toEqual([]);
});

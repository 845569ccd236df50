/** Edits of every kind, seen by looking again. */
import { execFileSync } from 'node:child_process';
import { appendFileSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { followFiles } from '../../../daemon/config/followed-files.ts';
import { tempFolder } from '../../helpers/temp.ts';

test('a change is told once, when it has settled', () => {
  const file = join(tempFolder(), 'a');
  const changed = followFiles(() => [file]);
  expect([changed(), changed()]).toEqual([false, false]);
  writeFileSync(file, 'half');
  expect(changed()).toBe(false);
  appendFileSync(file, ' and half');
  expect(changed()).toBe(false);
  expect([changed(), changed()]).toEqual([true, false]);
  rmSync(file);
  expect([changed(), changed(), changed()]).toEqual([false, true, false]);
  writeFileSync(file, 'one');
  changed();
  changed();
  writeFileSync(`${file}.new`, 'two');
  renameSync(`${file}.new`, file);
  expect([changed(), changed()]).toEqual([false, true]);
});

test('a change that was taken back is none', () => {
  const folder = tempFolder();
  const [first, second, link] = [join(folder, 'a'), join(folder, 'b'), join(folder, 'link')];
  writeFileSync(first, '1');
  writeFileSync(second, '1');
  symlinkSync(first, link);
  const changed = followFiles(() => [link]);
  swap(second, link);
  expect(changed()).toBe(false);
  swap(first, link);
  expect([changed(), changed()]).toEqual([false, false]);
  swap(second, link);
  expect([changed(), changed()]).toEqual([false, true]);
});

test('the same size and the old time of change do not hide an edit', () => {
  const file = join(tempFolder(), 'a');
  writeFileSync(file, 'aaaa');
  utimesSync(file, 1, 1);
  const changed = followFiles(() => [file]);
  execFileSync('sed', ['-i', 's/aaaa/bbbb/', file]);
  utimesSync(file, 1, 1);
  expect([changed(), changed()]).toEqual([false, true]);
});

test('a list that cannot be made is a state like any other', () => {
  const folder = join(tempFolder(), 'f');
  let fails = false;
  const changed = followFiles(() => {
    if (fails) throw new Error('gone');
    return [folder];
  });
  fails = true;
  expect([changed(), changed(), changed()]).toEqual([false, true, false]);
  fails = false;
  mkdirSync(folder);
  expect([changed(), changed()]).toEqual([false, true]);
});

function swap(target: string, link: string): void {
  symlinkSync(target, `${link}.new`);
  renameSync(`${link}.new`, link);
}

import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { roomFor } from '../../../daemon/undo/room.ts';
import { sweep } from '../../../daemon/undo/trash.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { portrait } from './trees.ts';
import { workshop } from './workshop.ts';

const DAY_MS = 86_400_000;

test(verifies('undo:git'), async () => {
  const { save, restore } = workshop();
  const repository = testRepository();
  repository.write({ 'src/kept.ts': 'kept\n', '.gitignore': 'node_modules/\n', 'package.json': '{}\n', 'package-lock.json': '{}\n' }); // prettier-ignore
  repository.git('add', '-A');
  repository.git('commit', '-q', '-m', 'more');
  repository.write({ 'src/index.ts': 'changed\n', 'src/new.ts': 'new\n', 'node_modules/a/index.js': 'built\n' });
  const { root } = repository;
  const saved = await save('t1', [{ how: 'gone', paths: [`${root}/src`, `${root}/node_modules`] }]);
  expect(saved).toMatchObject({ files: 2, leftToGit: 1, leftToBuild: 1, notRestorable: [] });
  rmSync(`${root}/src`, { recursive: true });
  const restored = await restore('t1', saved);
  expect(restored).toMatchObject({ restored: true, files: 2, leftToGit: 1, leftToBuild: 1 });
  expect(readdirSync(`${root}/src`).toSorted()).toEqual(['index.ts', 'new.ts']);
  repository.git('checkout', 'HEAD', '--', 'src/kept.ts');
  expect(repository.git('status', '--porcelain').trimEnd().split('\n')).toEqual([' M src/index.ts', '?? src/new.ts']);
});

test(verifies('undo:repository'), async () => {
  const { save, restore } = workshop();
  const repository = testRepository();
  const before = portrait(Buffer.from(repository.root));
  const saved = await save('t1', [{ how: 'gone', paths: [repository.root] }]);
  expect(saved).toMatchObject({ leftToGit: 0, notRestorable: [] });
  rmSync(repository.root, { recursive: true });
  await restore('t1', saved);
  expect(portrait(Buffer.from(repository.root))).toEqual(before);
  expect(repository.git('log', '--oneline')).toContain('first');
});

test(verifies('undo:discard'), async () => {
  const { save, restore } = workshop();
  const repository = testRepository();
  repository.write({ 'src/index.ts': 'changed\n', 'src/untouched.ts': 'not discarded\n' });
  const saved = await save('t1', [{ how: 'discarded', paths: [repository.root] }]);
  expect(saved).toMatchObject({ files: 1 });
  repository.git('checkout', '--', '.');
  expect(repository.git('diff')).toBe('');
  expect(await restore('t1', saved)).toMatchObject({ restored: true, files: 1 });
  expect(repository.git('diff')).toContain('+changed');
});

test(verifies('undo:odd-files'), async () => {
  const { place, save } = workshop();
  const outside = tempFolder('outside');
  writeFileSync(`${outside}/secret`, 'never read');
  mkdirSync(`${place}/odd`);
  execFileSync('mkfifo', [`${place}/odd/pipe`]);
  symlinkSync(outside, `${place}/odd/away`);
  writeFileSync(`${place}/odd/file`, 'x');
  const saved = await save('t1', [{ how: 'gone', paths: [`${place}/odd`] }]);
  expect(saved).toMatchObject({ files: 2, bytes: 1 });
  expect(saved.notRestorable).toEqual([{ path: `${place}/odd/pipe`, reason: 'it is a pipe, a socket or a device' }]);
});

describe(verifies('undo:bounded'), () => {
  test('a file that is too large is named and the rest is saved', async () => {
    const { place, measure, save } = workshop({ maxOperationBytes: 10 });
    mkdirSync(`${place}/a`);
    writeFileSync(`${place}/a/large`, 'x'.repeat(11));
    writeFileSync(`${place}/a/small`, 'x');
    const claims = [{ how: 'gone' as const, paths: [`${place}/a`] }];
    const expected = { files: 1, bytes: 1, notRestorable: [{ path: `${place}/a/large` }] };
    expect(await measure(claims)).toMatchObject(expected);
    expect(await save('t1', claims)).toMatchObject(expected);
  });

  test('no more files than allowed', async () => {
    const { place, measure } = workshop({ maxFiles: 3 });
    for (let at = 0; at < 9; at++) writeFileSync(`${place}/f${at}`, 'x');
    const { files, notRestorable } = await measure([{ how: 'gone', paths: [place] }]);
    expect(files).toBe(3);
    expect(notRestorable[0]?.reason).toContain('more than 3 files');
  });

  test('a full trash takes nothing, and says so', async () => {
    const { place, measure, save, trash } = workshop({ quotaBytes: 10_000 });
    writeFileSync(`${place}/one`, 'x'.repeat(8));
    writeFileSync(`${place}/two`, 'x'.repeat(8));
    expect((await save('t1', [{ how: 'gone', paths: [`${place}/one`] }])).notRestorable).toEqual([]);
    const claims = [{ how: 'gone' as const, paths: [`${place}/two`] }];
    for (const answer of [await measure(claims), await save('t2', claims, 'another')]) {
      expect(answer).toMatchObject({ files: 0, notRestorable: [{ path: `${place}/two` }] });
      expect(answer.notRestorable[0]?.reason).toContain('the trash is full');
    }
    expect(readdirSync(trash)).toEqual(['t1']);
  });
});

test(verifies('undo:protected'), () => {
  const operation = (trace: string, at: number) => ({ trace, at, session: 's', summary: '', files: 1, bytes: 40, notRestorable: [], more: 0, leftToGit: 0, leftToBuild: 0, paths: [] }); // prettier-ignore
  const now = 10 * DAY_MS;
  const [young, middle, old] = [
    operation('young', now - 1),
    operation('middle', now - 2 * DAY_MS),
    operation('old', 0),
  ];
  const names = (bytes: number) => {
    const room = roomFor({ bytes, session: 'another' }, [young, middle, old], { quotaBytes: 120 }, now);
    return room.kind === 'room' ? room.going.map(({ trace }) => trace) : room.reason;
  };
  expect(names(0)).toEqual([]);
  expect(names(10)).toEqual(['old']);
  expect(names(80)).toEqual(['old', 'middle']);
  expect(names(90)).toContain('full');
});

test(verifies('undo:aged'), async () => {
  const now = Date.now();
  const { place, trash, save } = workshop({}, now);
  writeFileSync(`${place}/a`, 'x');
  await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
  mkdirSync(`${trash}/.new-left`);
  expect(await sweep(trash, { keepDays: 30 }, now + 29 * DAY_MS)).toBe(0);
  expect(readdirSync(trash)).toEqual(['t1']);
  expect(await sweep(trash, { keepDays: 30 }, now + 31 * DAY_MS)).toBe(1);
  expect(readdirSync(trash)).toEqual([]);
});

test(verifies('undo:private'), async () => {
  const { place, trash, save } = workshop();
  writeFileSync(`${place}/a`, 'x'.repeat(400_000));
  chmodSync(`${place}/a`, 0o644);
  await save('t1', [{ how: 'gone', paths: [`${place}/a`] }]);
  expect(lstatSync(join(trash, 't1')).mode & 0o777).toBe(0o700);
  const names = readdirSync(join(trash, 't1'));
  expect(names).toHaveLength(3);
  for (const name of names) {
    const stats = statSync(join(trash, 't1', name));
    expect([name, stats.mode & 0o777, stats.nlink]).toEqual([name, 0o600, 1]);
  }
});

test('what is missing is nothing to save', async () => {
  const { place, trash, save } = workshop();
  const gone = [
    { how: 'gone' as const, paths: [`${place}/a`] },
    { how: 'overwritten' as const, paths: [`${place}/b`] },
  ];
  expect(await save('t1', gone)).toMatchObject({ files: 0, notRestorable: [], digest: '' });
  expect(existsSync(join(trash, 't1'))).toBe(false);
});

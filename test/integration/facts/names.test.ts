/** Names that a look must not take for what they seem: bytes that are no text, magic links, links with a slash. */
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { FactNeed } from '../../../protocol/facts.ts';
import { testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, testLooker, valueOf } from './test-looker.ts';

const NOT_TEXT = Buffer.from([0xff]);

function below(folder: string, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), name]);
}

test.runIf(process.platform === 'linux')(verifies('facts:not-text'), async () => {
  const repo = testRepository();
  const folder = join(repo.root, 'odd');
  mkdirSync(folder);
  writeFileSync(below(folder, NOT_TEXT), 'x');
  expect((await known({ kind: 'tree', path: folder })).counts.complete).toBe(false);
  expect((await known({ kind: 'glob', cwd: folder, pattern: '*' })).complete).toBe(false);
  const clean = await known({ kind: 'git-clean', cwd: repo.root, ignored: 'no', paths: [] });
  expect(clean.counts.complete).toBe(false);
  expect((await valueOf({ kind: 'tree', path: join(folder, '\uFFFD') })).known).toBe(false);
});

test(verifies('facts:own-view'), async () => {
  const folder = tempFolder('own-view');
  symlinkSync('/proc/self/cwd', join(folder, 'here'));
  symlinkSync('here', join(folder, 'again'));
  mkdirSync(join(folder, 'sub'));
  symlinkSync('../../../../../../../../../proc/thread-self', join(folder, 'sub/up'));
  const needs: FactNeed[] = [
    { kind: 'tree', path: '/proc/self/cwd/src' },
    { kind: 'tree', path: `/proc/${process.pid}/cwd/src` },
    { kind: 'path', path: '/proc/gone' },
    { kind: 'path', path: '/dev/fd/3' },
    { kind: 'tree', path: join(folder, 'here/src') },
    { kind: 'tree', path: join(folder, 'here/') },
    { kind: 'path', path: join(folder, 'again/src') },
    { kind: 'tree', path: join(folder, 'sub/up/cwd/src') },
    { kind: 'glob', cwd: '/proc/self/cwd', pattern: '*.ts' },
    { kind: 'glob', cwd: folder, pattern: 'here/src/*' },
    { kind: 'glob', cwd: folder, pattern: '*/src' },
    { kind: 'repo', cwd: join(folder, 'again') },
  ];
  const told = (await testLooker().look(needs)).filter(({ value }) => value.known);
  expect(told).toEqual([]);
});

test(verifies('facts:followed'), async () => {
  const repo = testRepository();
  const folder = tempFolder('followed');
  repo.write({ 'src/index.ts': 'changed' });
  const link = join(folder, 'link');
  symlinkSync(join(repo.root, 'src'), link);
  expect(await known({ kind: 'tree', path: link })).toMatchObject({ realPath: link, counts: { files: 1, dirty: 0 } });
  const real = join(repo.root, 'src');
  expect(await known({ kind: 'tree', path: `${link}/` })).toMatchObject({ realPath: real, counts: { dirty: 1 } });
  expect((await known({ kind: 'path', path: link })).type).toBe('symlink');
  expect((await known({ kind: 'path', path: `${link}/` })).type).toBe('directory');
});

test(verifies('facts:reasons'), async () => {
  const repo = testRepository();
  const ask = (from: string) => valueOf({ kind: 'git-lost', cwd: repo.root, from, to: '' });
  expect(await ask('nothing\n\u001B[2Jhere')).toEqual({ known: false, reason: 'not a revision' });
  symlinkSync('loop', join(repo.root, 'loop'));
  const circle = await valueOf({ kind: 'tree', path: join(repo.root, 'loop/a') });
  expect(circle).toEqual({ known: false, reason: 'its links lead in a circle' });
  repo.write({ '.git/index': 'broken' });
  const broken = await valueOf({ kind: 'repo', cwd: repo.root });
  expect(!broken.known && broken.reason).toMatch(/^git could not say: [ -~]+$/);
  expect(broken).not.toMatchObject({ reason: expect.stringMatching(/\/git |Command failed/) as string });
});

/** Trees in real repositories, in every state a file can be in. */
import { cpSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repositoryWithWork, testRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known } from './test-looker.ts';

test(verifies('facts:tree-states'), async () => {
  const repo = repositoryWithWork();
  repo.write({ 'src/staged.ts': 'x', '.gitignore': '*.log\n', 'src/a.log': 'x' });
  repo.git('add', 'src/staged.ts');
  const work = await known({ kind: 'tree', path: join(repo.root, 'src') });
  expect(work).toMatchObject({ exists: true, containsRepo: false, repoRoot: repo.root });
  expect(work.counts).toMatchObject({ files: 4, tracked: 0, dirty: 2, untracked: 1, ignored: 1, regenerable: 0 });
  const clean = await known({ kind: 'tree', path: join(repo.root, 'README.md') });
  expect(clean.counts).toMatchObject({ files: 1, tracked: 1, dirty: 0, complete: true });
  const missing = await known({ kind: 'tree', path: join(repo.root, 'gone/deeper') });
  expect(missing).toMatchObject({ exists: false, counts: { files: 0 } });
});

test(verifies('facts:regenerable'), async () => {
  const repo = testRepository();
  repo.write({ '.gitignore': 'node_modules/\n', 'package-lock.json': '{}', 'node_modules/a/key.pem': 'x' });
  const uncommitted = await known({ kind: 'tree', path: join(repo.root, 'node_modules') });
  expect(uncommitted.counts).toMatchObject({ files: 1, ignored: 1, regenerable: 0 });
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'lock');
  const proven = await known({ kind: 'tree', path: join(repo.root, 'node_modules') });
  expect(proven.counts).toMatchObject({ files: 1, ignored: 1, regenerable: 1, precious: [], complete: true });
  const inner = await known({ kind: 'tree', path: join(repo.root, 'node_modules/a') });
  expect(inner.counts).toMatchObject({ files: 1, regenerable: 1 });
  repo.git('rm', '-q', 'package-lock.json');
  const sourceless = await known({ kind: 'tree', path: join(repo.root, 'node_modules') });
  expect(sourceless.counts).toMatchObject({ files: 1, ignored: 1, regenerable: 0 });
});

describe(verifies('facts:ignore-exceptions'), () => {
  const committed = (): ReturnType<typeof testRepository> => {
    const repo = testRepository();
    repo.write({ '.gitignore': 'lib\n!src/lib\n', 'package.json': '{}' });
    repo.git('add', '-A');
    repo.git('commit', '-q', '-m', 'rules');
    repo.write({ 'src/lib/work.ts': 'x', 'lib/made.js': 'x' });
    return repo;
  };
  const rebuilt = async ({ root }: { root: string }, name: string): Promise<number> =>
    (await known({ kind: 'tree', path: join(root, name) })).counts.regenerable;
  const ASKS_GIT = ['update-index', '--assume-unchanged', 'README.md'];

  test.each([
    ['taken away', 'lib\n'],
    ['put before what it takes back', '!src/lib\nlib\n'],
    ['taken back again', 'lib\n!src/lib\nlib\n'],
  ])('%s', async (_, rules) => {
    const repo = committed();
    repo.write({ '.gitignore': rules });
    expect(await rebuilt(repo, 'src/lib')).toBe(0);
    repo.git(...ASKS_GIT);
    expect(await rebuilt(repo, 'src/lib')).toBe(0);
  });

  test('other rules may come and go', async () => {
    const repo = committed();
    for (const rules of ['lib\n!src/lib\n', '# new\ntmp\nlib\n\n!src/lib\r\n!more\nother\n']) {
      repo.write({ '.gitignore': rules });
      expect([await rebuilt(repo, 'lib'), await rebuilt(repo, 'src/lib')]).toEqual([1, 0]);
    }
    repo.git(...ASKS_GIT);
    expect([await rebuilt(repo, 'lib'), await rebuilt(repo, 'src/lib')]).toEqual([1, 0]);
  });
});

test(verifies('facts:would-be'), async () => {
  const repo = testRepository();
  repo.write({ '.gitignore': 'dist/\nprivate\n*.log\n!kept.log\n', 'package.json': '{}' });
  const at = async (name: string) => (await known({ kind: 'tree', path: join(repo.root, name) })).wouldBe;
  expect(await at('dist/x')).toBe('ignored');
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'rules');
  for (const name of ['dist', 'dist/x', 'dist/a/b.js']) expect(await at(name), name).toBe('rebuilt');
  for (const name of ['private', 'private/x', 'a.log']) expect(await at(name), name).toBe('ignored');
  for (const name of ['docs', 'docs/x', 'kept.log', 'dist.ts']) expect(await at(name), name).toBe('untracked');
  expect(await at('README.md')).toBeUndefined();
  expect((await known({ kind: 'tree', path: join(tempFolder('plain'), 'x') })).wouldBe).toBeUndefined();
});

test(verifies('facts:precious'), async () => {
  const repo = testRepository();
  repo.write({ '.gitignore': 'dist/\n.env*\n', 'package.json': '{}', 'dist/a.js': 'x', 'dist/app.sqlite': 'x' });
  repo.write({ '.env': 'x', '.env.example': 'x' });
  repo.git('add', '.gitignore', 'package.json');
  repo.git('commit', '-q', '-m', 'rules');
  const output = await known({ kind: 'tree', path: join(repo.root, 'dist') });
  expect(output.counts).toMatchObject({ files: 2, ignored: 2, regenerable: 1, precious: ['dist/app.sqlite'] });
  const secret = await known({ kind: 'tree', path: join(repo.root, '.env') });
  expect(secret.counts).toMatchObject({ files: 1, ignored: 1, regenerable: 0, precious: ['.env'] });
  const template = await known({ kind: 'tree', path: join(repo.root, '.env.example') });
  expect(template.counts.precious).toEqual([]);
});

test(verifies('facts:hidden-changes'), async () => {
  const repo = testRepository();
  repo.git('update-index', '--assume-unchanged', 'README.md');
  repo.git('update-index', '--skip-worktree', 'src/index.ts');
  repo.write({ 'README.md': 'changed', 'src/index.ts': 'changed' });
  expect((await known({ kind: 'tree', path: join(repo.root, 'README.md') })).counts.dirty).toBe(1);
  expect((await known({ kind: 'tree', path: join(repo.root, 'src') })).counts.dirty).toBe(1);
});

test(verifies('facts:nested-repo'), async () => {
  const origin = tempFolder('origin');
  const repo = testRepository();
  const lost = await known({ kind: 'tree', path: repo.root });
  expect(lost).toMatchObject({ containsRepo: true, counts: { tracked: 0, untracked: 2 } });
  repo.git('init', '-q', '--bare', origin);
  repo.git('remote', 'add', 'origin', origin);
  repo.git('push', '-q', 'origin', 'main');
  const pushed = await known({ kind: 'tree', path: repo.root });
  expect(pushed).toMatchObject({ containsRepo: true, counts: { tracked: 2, untracked: 0 } });
  const outer = testRepository();
  const nested = join(outer.root, 'nested');
  mkdirSync(nested);
  testRepository(nested);
  const around = await known({ kind: 'tree', path: outer.root });
  expect(around.counts).toMatchObject({ files: 4, untracked: 4 });
});

test(verifies('facts:linked-tree'), async () => {
  const folder = tempFolder('linked');
  mkdirSync(join(folder, 'main'));
  const main = testRepository(join(folder, 'main'));
  const linked = join(folder, 'day-wt');
  main.git('worktree', 'add', '-q', '-b', 'day', linked);
  writeFileSync(join(linked, 'new.ts'), 'x');
  const look = (path: string) => known({ kind: 'tree', path });
  const kept = { containsRepo: false, counts: { files: 4, tracked: 2, untracked: 1, regenerable: 1, dirty: 0 } };
  const lost = { containsRepo: true, counts: { files: 4, tracked: 0, untracked: 4 } };
  expect(await look(linked)).toMatchObject(kept);

  // Commits of a detached HEAD are in no other place until a branch or tag names them.
  main.git('-C', linked, 'checkout', '-q', '--detach');
  expect(await look(linked)).toMatchObject(kept);
  main.git('-C', linked, 'commit', '-q', '--allow-empty', '-m', 'unnamed');
  expect(await look(linked)).toMatchObject(lost);
  main.git('-C', linked, 'tag', 'named');
  expect(await look(linked)).toMatchObject(kept);

  // Removed together with its repository.
  const both = await look(folder);
  expect(both).toMatchObject({ containsRepo: true, counts: { tracked: 0, dirty: 0 } });

  // What the work tree says of itself is not enough.
  const forged = join(folder, 'forged');
  cpSync(linked, forged, { recursive: true });
  expect(await look(forged)).toMatchObject(lost);
  const pointer = join(main.root, '.git/worktrees/day-wt/gitdir');
  writeFileSync(pointer, `${join(folder, 'moved', '.git')}\n`);
  expect(await look(linked)).toMatchObject(lost);
  rmSync(pointer);
  expect(await look(linked)).toMatchObject(lost);
});

test(verifies('facts:no-follow'), async () => {
  const outside = tempFolder('outside');
  writeFileSync(join(outside, 'precious.db'), 'x'.repeat(1_000));
  const repo = testRepository();
  symlinkSync(outside, join(repo.root, 'src/link'));
  const tree = await known({ kind: 'tree', path: join(repo.root, 'src') });
  expect(tree.counts).toMatchObject({ files: 2, tracked: 1, untracked: 1, precious: [] });
  const link = await known({ kind: 'tree', path: join(repo.root, 'src/link') });
  expect(link).toMatchObject({ realPath: join(repo.root, 'src/link'), counts: { files: 1 } });
});

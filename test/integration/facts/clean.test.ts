/** What `git clean` would take, and what of it comes back. */
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { testRepository, type TestRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known } from './test-looker.ts';

function withPackages(): TestRepository {
  const repo = testRepository();
  repo.write({ '.gitignore': 'node_modules/\n*.log\n', 'package-lock.json': '{}' });
  repo.git('add', '-A');
  repo.git('commit', '-q', '-m', 'rules');
  repo.write({ 'node_modules/a/index.js': 'x', 'node_modules/a/lib/b.js': 'y', 'src/a.log': 'x', 'src/new.ts': 'z' });
  return repo;
}

const clean = async (repo: TestRepository, ignored: 'no' | 'also' | 'only') =>
  known({ kind: 'git-clean', cwd: repo.root, ignored, paths: [] });

test(verifies('facts:clean'), async () => {
  const repo = withPackages();
  const only = await clean(repo, 'only');
  expect(only.paths).toEqual([join(repo.root, 'node_modules/'), join(repo.root, 'src/a.log')]);
  expect(only.counts).toMatchObject({ files: 3, bytes: 3, ignored: 3, untracked: 0, regenerable: 2, unsaved: ['src/a.log'], complete: true }); // prettier-ignore
  const also = await clean(repo, 'also');
  expect(also.counts).toMatchObject({ files: 4, ignored: 3, untracked: 1, regenerable: 2 });
  const no = await clean(repo, 'no');
  expect(no).toMatchObject({ paths: [join(repo.root, 'src/new.ts')], counts: { files: 1, untracked: 1 } });
});

test('names of what is lost in an ignored folder are those of its files', async () => {
  const repo = withPackages();
  repo.write({ '.gitignore': 'node_modules/\n*.log\nnotes/\n', 'notes/deep/plan.txt': 'x' });
  const { counts } = await clean(repo, 'only');
  expect(counts).toMatchObject({ ignored: 4, regenerable: 2, unsaved: ['notes/deep/plan.txt', 'src/a.log'] });
});

test('a rule that is not in HEAD proves nothing to `git clean` either', async () => {
  const repo = withPackages();
  repo.write({ '.gitignore': 'node_modules/\ndist/\n', 'dist/app.js': 'x', 'package.json': '{}' });
  repo.git('add', 'package.json');
  const { counts } = await clean(repo, 'only');
  expect(counts).toMatchObject({ ignored: 3, regenerable: 2, unsaved: ['dist/app.js'] });
  repo.git('rm', '-q', '--cached', 'package-lock.json');
  expect((await clean(repo, 'only')).counts).toMatchObject({ ignored: 3, regenerable: 0 });
});

test('a tree that is named with a slash at its end is the same tree', async () => {
  const repo = withPackages();
  const [plain, slashed] = await Promise.all(
    ['node_modules', 'node_modules/'].map((name) => known({ kind: 'tree', path: `${repo.root}/${name}` })),
  );
  expect(slashed).toEqual(plain);
  expect(plain?.counts).toMatchObject({ files: 2, regenerable: 2 });
});

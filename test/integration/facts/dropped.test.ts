/** What is lost, by name: files below a folder, and commits with their branches. */
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { repositoryWithWork, testRepository } from '../../helpers/repository.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, sharedLooker, valueOf } from './test-looker.ts';

const looker = sharedLooker();

test(verifies('facts:lost-names'), async () => {
  const repo = repositoryWithWork();
  const tree = await known({ kind: 'tree', path: join(repo.root, 'src') }, looker);
  expect(tree.counts).toMatchObject({ changed: ['src/index.ts'], unsaved: ['src/new.ts'] });
  expect(await known({ kind: 'repo', cwd: repo.root }, looker)).toMatchObject({ changed: ['src/index.ts'] });
  const many = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((name) => [`new/${name}`, 'x']));
  repo.write(many);
  const clean = await known({ kind: 'git-clean', cwd: repo.root, ignored: 'no', paths: ['new'] }, looker);
  expect(clean.counts.untracked).toBe(7);
  expect(clean.counts.unsaved).toEqual(['new/a', 'new/b', 'new/c', 'new/d', 'new/e']);
});

test(verifies('facts:dropped'), async () => {
  const repo = testRepository();
  const branch = repo.git('branch', '--show-current').trim();
  const dropped = async (...branches: string[]) => {
    const { commits, subjects } = await known({ kind: 'git-dropped', cwd: repo.root, branches }, looker);
    return [commits, ...subjects];
  };
  const commit = (subject: string) => repo.git('commit', '-q', '--allow-empty', '-m', subject);
  repo.git('checkout', '-q', '-b', 'topic');
  commit('one');
  commit('two');
  repo.git('checkout', '-q', branch);
  expect(await dropped('topic')).toEqual([2, 'two', 'one']);
  expect(await dropped('nothing')).toEqual([0]);
  repo.git('branch', 'twin', 'topic');
  expect(await dropped('topic')).toEqual([0]);
  expect(await dropped('topic', 'twin', 'nothing')).toEqual([2, 'two', 'one']);
  repo.git('tag', 'kept', 'topic~1');
  expect(await dropped('topic', 'twin')).toEqual([1, 'two']);
  repo.git('update-ref', 'refs/remotes/origin/topic', 'topic');
  expect(await dropped('topic', 'twin')).toEqual([0]);
  repo.git('update-ref', '-d', 'refs/remotes/origin/topic');
  repo.git('checkout', '-q', '--detach', 'topic');
  expect(await dropped('topic', 'twin')).toEqual([1, 'two']);
  for (const odd of ['*', '-D', 'topic~1', 'a b', '@{-1}', '']) {
    const value = await valueOf({ kind: 'git-dropped', cwd: repo.root, branches: [odd] }, looker);
    expect(value).toEqual({ known: false, reason: 'not the name of a branch' });
  }
});

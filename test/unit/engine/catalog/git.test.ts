import { expect, test } from 'vitest';

import type { FactNeed, FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, effectsOfLine, judgeLine, shown } from './operation.ts';

const ROWS: readonly (readonly [string, ...string[]])[] = [
  ['git status', 'vcs.read'],
  ['git diff -C --stat', 'vcs.read'],
  ['git branch -v', 'vcs.read'],
  ['git branch', 'vcs.read'],
  ['git add -A', 'vcs.commit'],
  ['git commit -m x', 'vcs.commit'],
  ['git commit --amend', 'vcs.rewrite'],
  ['git push origin feature', 'vcs.push origin/feature +remote'],
  ['git push -f origin main', 'vcs.force-push origin/main +remote +force +defaultBranch'],
  ['git push origin +x:main', 'vcs.force-push origin/main +remote +force +defaultBranch'],
  ['git push --force-with-lease origin x', 'vcs.force-push origin/x +remote'],
  ['git push origin :x', 'vcs.delete-ref origin/x +remote +force'],
  ['git push origin --delete x', 'vcs.delete-ref origin/x +remote +force'],
  ['git push --mirror', 'vcs.force-push origin +remote +force +bulk'],
  ['git push -n -f origin x', 'vcs.force-push origin/x +remote +force +dryRun'],
  ['git reset --hard', `vcs.discard ${CWD} +force`],
  ['git reset a.txt', 'vcs.commit a.txt'],
  ['git checkout .', `vcs.discard ${CWD}`],
  ['git checkout -- a b', 'vcs.discard a b'],
  ['git checkout HEAD~2 -- a', 'vcs.discard a'],
  ['git checkout -b x', 'vcs.commit'],
  ['git restore a', 'vcs.discard a'],
  ['git restore --staged a', 'vcs.commit'],
  ['git restore --staged --worktree a', 'vcs.discard a'],
  ['git switch main', 'vcs.commit'],
  ['git switch --discard-changes main', `vcs.discard ${CWD} +force`],
  ['git stash', 'vcs.commit'],
  ['git stash drop', 'vcs.delete-ref stash@{0}'],
  ['git stash clear', 'vcs.delete-ref stash +bulk'],
  ['git branch -D x', 'vcs.delete-ref x +force'],
  ['git tag -d v1', 'vcs.delete-ref v1'],
  ['git tag', 'vcs.read'],
  ['git rm -r a', 'file.delete a +recursive'],
  ['git rm --cached a', 'vcs.commit'],
  ['git -C sub rm a', 'file.delete sub/a'],
  ['git reflog expire --all --expire=now', 'vcs.rewrite +force +bulk'],
  ['git gc --prune=now', 'vcs.rewrite +force'],
  ['git gc'],
  ['git worktree remove --force ../x', 'file.delete /home/dev/x +recursive +force'],
  ['git config user.name', 'vcs.read'],
  ['git config user.name x', 'vcs.commit'],
  ['git config --global core.hooksPath /tmp/h', 'persistence.add core.hooksPath'],
  ['git show HEAD:.env', 'vcs.read', 'secret.read HEAD:.env'],
  ['git fetch origin', 'net.fetch origin'],
];

test.each(ROWS.map(([line, ...effects]) => ({ line, effects })))('$line', ({ line, effects }) => {
  expect(shown(effectsOfLine(line))).toEqual(effects);
});

const clean: FactNeed = { kind: 'git-clean', cwd: CWD, ignored: 'also', paths: [] };
const counted: FactValue = {
  known: true,
  data: {
    kind: 'git-clean',
    paths: ['.env', 'dist/'],
    counts: { files: 9, bytes: 99, tracked: 0, dirty: 0, untracked: 0, ignored: 9, regenerable: 8, precious: ['.env'], complete: true }, // prettier-ignore
  },
};

test(verifies('catalog:git-clean'), () => {
  expect(judgeLine('git clean -fdx').needs).toEqual([clean]);
  expect(effectsOfLine('git clean -fdx', { facts: [[clean, counted]] })).toEqual([
    {
      kind: 'file.delete',
      targets: [{ kind: 'path', name: CWD }],
      attributes: { recursive: true, force: true, files: 9, bytes: 99, untrackedFiles: 0, recovery: 'partial', preciousFiles: ['.env'] }, // prettier-ignore
    },
  ]);
});

test(verifies('catalog:lost-commits'), () => {
  const need: FactNeed = { kind: 'git-lost', cwd: CWD, from: 'origin/x', to: 'x' };
  const [effect] = effectsOfLine('git push -f origin x', {
    facts: [[need, { known: true, data: { kind: 'git-lost', commits: 3, subjects: [] } }]],
  });
  expect(effect?.attributes.lostCommits).toBe(3);
});

test(verifies('catalog:checkout-path'), () => {
  const need: FactNeed = { kind: 'path', path: `${CWD}/src` };
  const found = (type: 'directory' | 'missing'): FactValue => ({
    known: true,
    data: { kind: 'path', type, realPath: `${CWD}/src`, location: 'workspace', sizeBytes: 0, ownedBySelf: true },
  });
  const kinds = (type: 'directory' | 'missing') => effectsOfLine('git checkout src', { facts: [[need, found(type)]] }).map(({ kind }) => kind); // prettier-ignore
  expect(kinds('directory')).toEqual(['vcs.discard']);
  expect(kinds('missing')).toEqual(['vcs.commit']);
});

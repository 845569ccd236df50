import { describe, expect, test } from 'vitest';

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
  ['git -c remote.origin.push=+main push', 'vcs.force-push origin +remote +force'],
  ['git -c remote.origin.mirror=true push origin', 'vcs.force-push origin +remote +force'],
  ['git -c remote.origin.push=main push', 'vcs.push origin +remote'],
  ['git send-pack -f ../r main', 'vcs.force-push ../r/main +remote +force +defaultBranch'],
  ['git config remote.origin.push +HEAD:main', 'persistence.add remote.origin.push'],
  ['git config remote.origin.push HEAD:main', 'vcs.commit'],
  ['git config remote.origin.mirror true', 'persistence.add remote.origin.mirror'],
  ['git push --tags', 'vcs.push origin/refs/tags/* +remote +defaultBranch=false'],
  ['git push --tags upstream', 'vcs.push upstream/refs/tags/* +remote +defaultBranch=false'],
  ['git push --tags origin feature', 'vcs.push origin/feature +remote'],
  ['git push --tags --all', 'vcs.push origin +remote +bulk +defaultBranch'],
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
  ['git stash', 'vcs.commit', `vcs.discard ${CWD} +recovery=committed`],
  ['git stash -u', 'vcs.commit', `vcs.discard ${CWD} +recovery=committed`],
  ['git stash push -m x -- src', 'vcs.commit', 'vcs.discard src +recovery=committed'],
  ['git stash pop', 'vcs.commit'],
  ['git read-tree -u --reset HEAD', `vcs.discard ${CWD} +force`],
  ['git read-tree HEAD', 'vcs.commit'],
  ['git checkout-index -f -a', `vcs.discard ${CWD} +force`],
  ['git checkout-index -fa', `vcs.discard ${CWD} +force`],
  ['git checkout-index -f a', 'vcs.discard a'],
  [
    'git push --prune origin refs/heads/a:refs/heads/a',
    'vcs.push origin/a +remote',
    'vcs.delete-ref origin/a +remote +force +bulk',
  ],
  ['git fetch origin +main:main', 'net.fetch origin', 'vcs.rewrite main +recovery=unknown'],
  ['git fetch -f origin main:main', 'net.fetch origin', 'vcs.rewrite main +recovery=unknown'],
  ['git fetch origin +refs/heads/a:refs/remotes/origin/a', 'net.fetch origin'],
  ['git fetch origin main:main', 'net.fetch origin'],
  ['git apply -R x.patch', `vcs.discard ${CWD}`],
  ['git apply --reverse x.patch', `vcs.discard ${CWD}`],
  ['git apply x.patch', 'vcs.commit'],
  ['git symbolic-ref HEAD', 'vcs.read'],
  ['git symbolic-ref HEAD refs/heads/x', 'vcs.rewrite HEAD refs/heads/x'],
  ['git sparse-checkout set a', `vcs.discard ${CWD} +recovery=committed`],
  ['git archive -o F HEAD', 'vcs.read', 'file.write F +overwrite'],
  ['git -C sub archive -o F HEAD', 'vcs.read', 'file.write sub/F +overwrite'],
  ['git bundle create F HEAD', 'vcs.read', 'file.write F +overwrite'],
  ['git format-patch -o out main', 'vcs.read', 'file.write out +overwrite'],
  ['git merge-file a b c', 'file.write a +overwrite'],
  ["git checkout HEAD -- ':(glob)s*/**'", `vcs.discard ${CWD}`],
  ["git checkout HEAD -- 'src/*.ts'", 'vcs.discard src'],
  ["git restore ':!x'", `vcs.discard ${CWD}`],
  ['git fancy-plumbing x', 'code.run git +unknownProgram'],
  ['git stash drop', 'vcs.delete-ref stash@{0}'],
  ['git stash clear', 'vcs.delete-ref stash +bulk'],
  ['git branch -D x', 'vcs.delete-ref x +force'],
  ['git tag -d v1', 'vcs.delete-ref v1'],
  ['git tag', 'vcs.read'],
  ['git rm -r a', 'file.delete a +recursive +recovery=committed'],
  ['git rm -rf a', 'file.delete a +recursive +force'],
  ['git rm --cached a', 'vcs.commit'],
  ['git -C sub rm a', 'file.delete sub/a +recovery=committed'],
  ['git reflog expire --all --expire=now', 'vcs.rewrite +force +bulk'],
  ['git gc --prune=now', 'vcs.rewrite +force'],
  ['git gc'],
  ['git -c gc.reflogExpire=now -c gc.pruneExpire=now gc', 'vcs.rewrite +force'],
  ['git -c gc.pruneExpire=never gc'],
  ['git mv a b', 'file.move a b'],
  ['git mv -f a b', 'file.move a b +force', 'file.write b +overwrite'],
  ['git worktree remove --force ../x', 'file.delete /home/dev/x +recursive +force'],
  ['git config user.name', 'vcs.read'],
  ['git config user.name x', 'vcs.commit'],
  ['git config --global core.hooksPath /tmp/h', 'persistence.add core.hooksPath'],
  ['git config core.fsmonitor false', 'vcs.commit'],
  ['git config core.fsmonitor ./watch', 'persistence.add core.fsmonitor'],
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

describe(verifies('catalog:git-clean-rules'), () => {
  const asked = (line: string, env: Record<string, string> = {}) =>
    judgeLine(line, { operation: { env } }).needs.flatMap((need) => (need.kind === 'git-clean' ? [need.ignored] : []));

  test.each([
    ['git clean -fdX -e notes.txt', {}],
    ['git clean -fdX --exclude=notes.txt', {}],
    ['git -c core.excludesFile=/x clean -fd', {}],
    ['git --config-env=core.excludesFile=X clean -fdX', {}],
    ['git -c include.path=/x clean -fdX', {}],
    ['git clean -fdX', { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'core.excludesFile', GIT_CONFIG_VALUE_0: '/x' }],
    ['git clean -fdX', { GIT_CONFIG_PARAMETERS: "'core.excludesfile=/x'" }],
    ['git clean -fdX', { HOME: '/x' }],
    ['git clean -fd', { XDG_CONFIG_HOME: '/x' }],
  ])('%s with %o may take whatever git does not track', (line, env) => {
    expect(asked(line, env)).toEqual(['also']);
  });

  test('rules that only keep more, and the usual ones, are those that were looked at', () => {
    expect(asked('git clean -fd -e notes.txt')).toEqual(['no']);
    expect(asked('git -c color.ui=false clean -fdX', { CI: '1' })).toEqual(['only']);
  });
});

test(verifies('catalog:lost-commits'), () => {
  const need: FactNeed = { kind: 'git-lost', cwd: CWD, from: 'origin/x', to: 'x' };
  const [effect] = effectsOfLine('git push -f origin x', {
    facts: [[need, { known: true, data: { kind: 'git-lost', commits: 3, subjects: [] } }]],
  });
  expect(effect?.attributes.lostCommits).toBe(3);
});

describe(verifies('catalog:own-commits'), () => {
  const lost = (from: string, to: string, commits: number, madeHere = true): Known => [
    { kind: 'git-lost', cwd: CWD, from, to },
    { known: true, data: { kind: 'git-lost', commits, subjects: [], ...(madeHere ? { madeHere } : {}) } },
  ];
  const repo = (pushesTo?: { remote: string; branch: string }): Known => [
    { kind: 'repo', cwd: CWD },
    { known: true, data: { kind: 'repo', root: CWD, branch: 'x', defaultBranch: 'main', upstream: 'origin/x', dirtyFiles: 0, untrackedFiles: 0, unpushedCommits: 0, stashes: 0, remotes: [], ...(pushesTo === undefined ? {} : { pushesTo }) } }, // prettier-ignore
  ];
  const toX = repo({ remote: 'origin', branch: 'x' });

  test.for([
    ['git push --force-with-lease origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease=x origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease --force-if-includes origin HEAD:x', [lost('origin/x', 'HEAD', 2)]],
    ['git push --force-with-lease origin x', [lost('origin/x', 'x', 0, false)]],
    ['git push --force-with-lease', [toX, lost('origin/x', 'HEAD', 2)]],
    ['git push --force-with-lease origin', [toX, lost('origin/x', 'HEAD', 2)]],
  ] as const)('%s', ([line, facts]) => {
    const effect = effectsOfLine(line, { facts }).find(({ kind }) => kind === 'vcs.force-push');
    expect(effect?.attributes.madeHere).toBe(true);
  });

  test.for([
    ['git push --force-with-lease origin x', [lost('origin/x', 'x', 2, false)]],
    ['git push --force-with-lease origin x', []],
    ['git push --force origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease --force origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease origin +x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease=x:origin/x origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease=$LEASE origin x', [lost('origin/x', 'x', 2)]],
    ['git push --force-with-lease', [repo(), lost('origin/x', 'x', 2), lost('origin/x', 'HEAD', 2)]],
    ['git push --force-with-lease fork', [toX, lost('fork/x', 'x', 2), lost('origin/x', 'HEAD', 2)]],
    ['git -c remote.origin.push=+x push --force-with-lease', [toX, lost('origin/x', 'x', 2), lost('origin/x', 'HEAD', 2)]],
  ] as const)('not %s', ([line, facts]) => {
    const effect = effectsOfLine(line, { facts }).find(({ kind }) => kind === 'vcs.force-push');
    expect(effect?.attributes).not.toHaveProperty('madeHere');
  }); // prettier-ignore

  test('what a push without names reaches is what settings say', () => {
    const toMain = repo({ remote: 'origin', branch: 'main' });
    expect(shown(effectsOfLine('git push', { facts: [toMain] }))).toEqual(['vcs.push origin +remote +defaultBranch']);
    expect(shown(effectsOfLine('git push -f', { facts: [toMain] }))).toEqual([
      'vcs.force-push origin/main +remote +force +defaultBranch',
    ]);
  });
});

test.each([
  ['tee .git/refs/heads/main', true],
  ['cp /tmp/x .git/logs/HEAD', true],
  ['tee .git/worktrees/w/HEAD', true],
  ['dd of=.git/packed-refs', true],
  ['tee .git/info/exclude', false],
  ['tee docs/refs/heads', false],
])(`${verifies('catalog:git-records')}: %s`, (line, does) => {
  expect(effectsOfLine(line).some(({ kind }) => kind === 'vcs.rewrite')).toBe(does);
});

describe(verifies('catalog:dropped-branches'), () => {
  const dropped = (branches: string[], commits: number): readonly [FactNeed, FactValue] => [
    { kind: 'git-dropped', cwd: CWD, branches },
    { known: true, data: { kind: 'git-dropped', commits, subjects: commits === 0 ? [] : ['a step'] } },
  ];
  const facts = [dropped(['x'], 2), dropped(['y'], 0), dropped(['x', 'y'], 2)];

  test.for([
    ['git branch -D x', { force: true, lostCommits: 2, lostNames: ['a step'] }],
    ['git branch -D y', { force: true, lostCommits: 0 }],
    ['git branch -D x y', { force: true, lostCommits: 2, lostNames: ['a step'] }],
    ['git branch --delete --force y', { force: true, lostCommits: 0 }],
    ['git branch -D -r y', { force: true }],
    ['git branch -D z', { force: true }],
  ] as const)('%s: %j', ([line, attributes]) => {
    expect(effectsOfLine(line, { facts })).toMatchObject([{ kind: 'vcs.delete-ref', attributes }]);
    expect(Object.keys(effectsOfLine(line, { facts })[0]?.attributes ?? {})).toEqual(Object.keys(attributes));
  });
});

describe(verifies('catalog:work-tree'), () => {
  const none = { files: 4, bytes: 9, tracked: 4, dirty: 0, untracked: 0, ignored: 0, regenerable: 0, precious: [], complete: true }; // prettier-ignore
  const tree = (counts: Partial<typeof none>, containsRepo = false): Known => [
    { kind: 'tree', path: '/home/dev/x' },
    { known: true, data: { kind: 'tree', exists: true, realPath: '/home/dev/x', location: 'outside', containsRepo, counts: { ...none, ...counts } } }, // prettier-ignore
  ];

  test.for([
    ['git worktree remove ../x', tree({}), 'regenerable'],
    ['git worktree remove ../x', tree({ files: 6, ignored: 2, regenerable: 2 }), 'regenerable'],
    ['git worktree remove ../x', tree({ files: 5, ignored: 1 }), undefined],
    ['git worktree remove ../x', tree({ tracked: 3, dirty: 1 }), undefined],
    ['git worktree remove ../x', tree({ complete: false }), undefined],
    ['git worktree remove ../x', tree({}, true), undefined],
    ['git worktree remove --force ../x', tree({}), undefined],
  ] as const)('%s: %j', ([line, fact, recovery]) => {
    const [effect] = effectsOfLine(line, { facts: [fact] });
    expect(effect).toMatchObject({ kind: 'file.delete' });
    const { recovery: found, files } = effect?.attributes ?? {};
    expect([found, files]).toEqual([recovery, recovery && fact[1].known && fact[1].data.kind === 'tree' ? fact[1].data.counts.files : undefined]); // prettier-ignore
  });
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

describe(verifies('catalog:moved-branches'), () => {
  const lost = (from: string, to: string, commits: number): Known => [{ kind: 'git-lost', cwd: CWD, from, to }, { known: true, data: { kind: 'git-lost', commits, subjects: [] } }]; // prettier-ignore
  const dropped = (branch: string, commits: number): Known => [{ kind: 'git-dropped', cwd: CWD, branches: [branch] }, { known: true, data: { kind: 'git-dropped', commits, subjects: [] } }]; // prettier-ignore

  test.for([
    ['git branch -M draft main', [lost('main', 'draft', 4), dropped('main', 2)], { lostCommits: 2 }],
    ['git branch -M main', [lost('main', 'HEAD', 0)], { lostCommits: 0 }],
    ['git branch -f main v1', [lost('main', 'v1', 1)], { lostCommits: 1 }],
    ['git checkout -B main HEAD~2', [lost('main', 'HEAD~2', 2), dropped('main', 5)], { lostCommits: 2 }],
    ['git checkout -B fresh', [dropped('fresh', 0)], { lostCommits: 0 }],
    ['git switch -C main origin/main', [dropped('main', 0)], { lostCommits: 0 }],
    ['git update-ref refs/heads/main HEAD~1', [lost('main', 'HEAD~1', 1)], { lostCommits: 1 }],
    ['git fetch . +draft:main', [lost('main', 'draft', 3), dropped('main', 3)], { lostCommits: 3 }],
    ['git branch -f main v1', [], { recovery: 'unknown' }],
    ['git switch -C $NAME v1', [], { recovery: 'unknown' }],
  ] as const)('%s', ([line, facts, attributes]) => {
    expect(effectsOfLine(line, { facts }).filter(({ kind }) => kind === 'vcs.rewrite')).toMatchObject([{ attributes }]);
  });

  test('where no repository is yet, nothing is lost', () => {
    const repo = { kind: 'repo', root: '', branch: '', defaultBranch: '', upstream: '', dirtyFiles: 0, untrackedFiles: 0, unpushedCommits: 0, stashes: 0, remotes: [] } as const; // prettier-ignore
    const facts: Known[] = [
      [
        { kind: 'repo', cwd: CWD },
        { known: true, data: { ...repo, remotes: [] } },
      ],
    ];
    expect(effectsOfLine('git branch -M main', { facts })).toMatchObject([{ attributes: { lostCommits: 0 } }]);
  });

  test('changes in submodules that are overwritten are counted by nobody', () => {
    expect(effectsOfLine('git submodule update --init --force')).toMatchObject([{ kind: 'net.fetch' }, { kind: 'vcs.discard', attributes: { recovery: 'unknown' } }]); // prettier-ignore
    expect(effectsOfLine('git submodule update --init --recursive').map(({ kind }) => kind)).toEqual(['net.fetch']);
  });
});

type Known = readonly [FactNeed, FactValue];

/** Pushes: which commits a forced one drops were made here, and where one goes that names nothing. */
import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { testRepository, type TestRepository } from '../../helpers/repository.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { known, sharedLooker } from './test-looker.ts';

const looker = sharedLooker();

/** On a branch that `origin` has with one commit of its own. */
function pushed(): TestRepository & { readonly remote: string } {
  const repo = testRepository();
  const remote = tempFolder('remote');
  repo.git('init', '-q', '--bare', remote);
  repo.git('remote', 'add', 'origin', remote);
  repo.git('checkout', '-q', '-b', 'topic');
  repo.git('commit', '-q', '--allow-empty', '-m', 'mine');
  repo.git('push', '-q', '-u', 'origin', 'main', 'topic');
  return { ...repo, remote };
}

/** Somebody else pushes to the branch, and it is fetched. */
function fetchOfOthers(repo: ReturnType<typeof pushed>, env: Readonly<Record<string, string>> = {}): void {
  const other = testRepository();
  other.git('fetch', '-q', repo.remote, 'topic');
  other.git('reset', '-q', '--hard', 'FETCH_HEAD');
  const commit = ['commit', '-q', '--allow-empty', '-m', 'theirs'];
  if (Object.keys(env).length === 0) other.git(...commit);
  else execFileSync('git', commit, { cwd: other.root, env: { ...process.env, HOME: other.root, GIT_AUTHOR_NAME: 'T', GIT_AUTHOR_EMAIL: 't@example.org', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.org', ...env } }); // prettier-ignore
  other.git('push', '-q', repo.remote, 'HEAD:topic');
  repo.git('fetch', '-q');
}

async function lost(repo: TestRepository): Promise<readonly [commits: number, madeHere: boolean]> {
  const fact = await known({ kind: 'git-lost', cwd: repo.root, from: 'origin/topic', to: 'topic' }, looker);
  return [fact.commits, fact.madeHere === true];
}

test(verifies('facts:made-here'), async () => {
  const repo = pushed();
  expect(await lost(repo)).toEqual([0, false]);
  repo.git('commit', '-q', '--amend', '--allow-empty', '-m', 'mine, better');
  expect(await lost(repo)).toEqual([1, true]);
  repo.git('push', '-q', '--force', 'origin', 'topic');
  repo.git('commit', '-q', '--allow-empty', '-m', 'more');
  repo.git('push', '-q', 'origin', 'topic');
  repo.git('checkout', '-q', 'main');
  repo.git('commit', '-q', '--allow-empty', '-m', 'of main');
  repo.git('checkout', '-q', 'topic');
  repo.git('rebase', '-q', '--keep-empty', 'main');
  expect(await lost(repo)).toEqual([2, true]);
  repo.git('push', '-q', '--force', 'origin', 'topic');
  repo.git('reset', '-q', '--hard', 'main');
  expect(await lost(repo)).toEqual([2, true]);
});

test(`${verifies('facts:made-here')}: not what others made, however it came onto the branch`, async () => {
  const repo = pushed();
  fetchOfOthers(repo);
  expect(await lost(repo)).toEqual([1, false]);
  for (const taken of [
    ['merge', '-q', '--ff-only', 'origin/topic'],
    ['reset', '-q', '--hard', 'origin/topic'],
    ['checkout', '-q', '-B', 'topic', 'origin/topic'],
    ['cherry-pick', '--ff', 'origin/topic'],
    ['rebase', '-q', 'origin/topic'],
    ['pull', '-q', '--rebase'],
  ]) {
    repo.git('reset', '-q', '--hard', 'origin/topic~1');
    repo.git(...taken);
    repo.git('reset', '-q', '--hard', 'origin/topic~1');
    expect([taken, ...(await lost(repo))]).toEqual([taken, 1, false]);
  }
});

test.each([
  ['merge', '-q', '--ff-only', 'origin/topic'],
  ['reset', '-q', '--hard', 'origin/topic'],
  ['update-ref', '-m', 'commit: mine', 'HEAD', 'origin/topic'],
])(`${verifies('facts:made-here')}: not by what the log is made to say: git %s`, async (...taken) => {
  const repo = pushed();
  // Made a while ago, as what is fetched is.
  fetchOfOthers(repo, { GIT_COMMITTER_DATE: '1700000000 +0000' });
  execFileSync('git', taken, { cwd: repo.root, env: { ...process.env, HOME: repo.root, GIT_REFLOG_ACTION: 'commit', GIT_COMMITTER_NAME: 'T', GIT_COMMITTER_EMAIL: 't@example.org' } }); // prettier-ignore
  repo.git('reset', '-q', '--hard', 'origin/topic~1');
  expect(await lost(repo)).toEqual([1, false]);
});

test(`${verifies('facts:made-here')}: not without a log`, async () => {
  const repo = pushed();
  repo.git('commit', '-q', '--amend', '--allow-empty', '-m', 'mine, better');
  repo.git('reflog', 'expire', '--expire=now', '--all');
  expect(await lost(repo)).toEqual([1, false]);
});

test.each([
  [],
  ['push.default=current'],
  ['push.default=upstream'],
  ['push.default=upstream', 'branch.topic.merge=refs/heads/other'],
  ['push.default=simple', 'branch.topic.merge=refs/heads/other'],
  ['push.default=nothing'],
  ['push.default=matching'],
  ['remote.origin.push=refs/heads/topic:refs/heads/elsewhere'],
  ['branch.topic.pushRemote=fork'],
  ['remote.pushDefault=fork', 'push.default=upstream'],
  ['remote.pushDefault=nowhere'],
])(`${verifies('facts:implied-push')}: %s %s`, async (...settings) => {
  const repo = pushed();
  const fork = tempFolder('fork');
  repo.git('init', '-q', '--bare', fork);
  repo.git('remote', 'add', 'fork', fork);
  for (const setting of settings.filter(Boolean)) repo.git('config', ...setting.split('='));
  repo.git('commit', '-q', '--allow-empty', '-m', 'new');
  const { pushesTo } = await known({ kind: 'repo', cwd: repo.root }, looker);
  if (pushesTo === undefined) return;
  const told = repo.git('push', '--dry-run', '--porcelain').split('\n');
  const to = told[0]?.replace('To ', '') === fork ? 'fork' : 'origin';
  const refs = told.filter((line) => line.includes(':refs/')).map((line) => /:refs\/heads\/(\S+)/u.exec(line)?.[1]);
  expect([to, ...refs]).toEqual([pushesTo.remote, pushesTo.branch]);
});

test(`${verifies('facts:implied-push')}: is told in the usual repository`, async () => {
  const repo = pushed();
  const { pushesTo } = await known({ kind: 'repo', cwd: repo.root }, looker);
  expect(pushesTo).toEqual({ remote: 'origin', branch: 'topic' });
  repo.git('config', 'push.default', 'matching');
  expect((await known({ kind: 'repo', cwd: repo.root }, looker)).pushesTo).toBeUndefined();
});

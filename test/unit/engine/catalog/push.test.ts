import { expect, test } from 'vitest';

import type { FactData, FactNeed, FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { CWD, effectsOfLine, shown } from './operation.ts';

const need: FactNeed = { kind: 'repo', cwd: CWD };

function repository(branch: string, defaultBranch = '', root = CWD): readonly (readonly [FactNeed, FactValue])[] {
  const data: FactData = { kind: 'repo', root, branch, defaultBranch, upstream: '', dirtyFiles: 0, untrackedFiles: 0, unpushedCommits: 0, stashes: 0, remotes: [] }; // prettier-ignore
  return [[need, { known: true, data }]];
}

const pushed = (line: string, facts?: ReturnType<typeof repository>): string[] =>
  shown(effectsOfLine(line, facts === undefined ? {} : { facts }));

test.each([
  ['git push', repository('next')],
  ['git push origin HEAD', repository('next')],
  ['git push origin next', repository('main')],
  ['git push -u origin next', repository('next', 'main')],
  ["git push origin '$(git branch --show-current)'", repository('next', 'main')],
])(`${verifies('catalog:push-branch')}: %s reaches a branch of one's own`, (line, facts) => {
  expect(pushed(line, facts)).toEqual([expect.stringContaining('+defaultBranch=false')]);
});

test.each([
  ['git push', repository('main')],
  ['git push origin', repository('stable', 'stable')],
  ['git push origin HEAD', repository('master')],
  ['git push origin HEAD:main', repository('next')],
  ['git push origin next:refs/heads/stable', repository('next', 'stable')],
  ["git push origin '$(git rev-parse --abbrev-ref HEAD)'", repository('trunk')],
  ['git push --all', repository('next')],
])(`${verifies('catalog:push-branch')}: %s reaches what everyone builds on`, (line, facts) => {
  expect(pushed(line, facts)).toEqual([expect.stringMatching(/\+defaultBranch$/)]);
});

test.each(['git push', 'git push origin next', 'git push origin $BRANCH'])(
  `${verifies('catalog:push-branch')}: nobody knows where %s goes`,
  (line) => {
    expect(pushed(line)).toEqual([expect.not.stringContaining('defaultBranch')]);
  },
);

/** Aliases, and commits that would be left without a name. */
import type { GitAliasFact, GitLostFact } from '../../../protocol/facts.ts';
import { LookFailure, type LookContext } from '../look-context.ts';
import { realPathOf } from '../paths.ts';
import { findRepo } from './find-repo.ts';
import { lastValue } from './git-config.ts';
import type { RepoView } from './repo-view.ts';
import { fields } from './status.ts';

const MAX_SUBJECTS = 10;
/** Subjects are shown one per line. */
const MAX_SUBJECT_CHARS = 200;
const MAX_REVISION_CHARS = 256;

/** Aliases of the user, the system and the repository alike. */
export async function lookAtAlias(cwd: string, name: string, { repos }: LookContext): Promise<GitAliasFact> {
  const config = await repos.configAt(await realPathOf(cwd));
  return { kind: 'git-alias', value: lastValue(config, `alias.${name.toLowerCase()}`) ?? null };
}

/** @param to empty when nothing else would keep the commits. */
export async function lookAtLost(cwd: string, from: string, to: string, { repos }: LookContext): Promise<GitLostFact> {
  const found = await findRepo(await realPathOf(cwd));
  if (found === undefined) throw new LookFailure('not in a git repository');
  const repo = await repos.open(found);
  const [start, end] = await Promise.all([resolveCommit(repo, from), to === '' ? undefined : resolveCommit(repo, to)]);
  const range = end === undefined ? [start] : [start, `^${end}`];
  const [count, subjects] = await Promise.all([
    repo.run(['rev-list', '--count', ...range, '--']),
    repo.run(['log', '-z', '--no-show-signature', `--max-count=${MAX_SUBJECTS}`, '--format=%s', ...range, '--']),
  ]);
  return {
    kind: 'git-lost',
    commits: Number(count),
    subjects: fields(subjects).map((subject) => subject.slice(0, MAX_SUBJECT_CHARS)),
  };
}

async function resolveCommit(repo: RepoView, revision: string): Promise<string> {
  if (revision === '' || revision.length > MAX_REVISION_CHARS) throw new LookFailure('not a revision');
  const id = await repo.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], {
    answers: [1],
  });
  if (!/^[0-9a-f]{40,64}\n$/u.test(id)) throw new LookFailure('not a revision');
  return id.trim();
}

/** Aliases, and commits that would be left without a name. */
import type { GitAliasFact, GitLostFact } from '../../../protocol/facts.ts';
import { LookFailure, type LookContext } from '../look-context.ts';
import { realPathOf } from '../paths.ts';
import { findRepo } from './find-repo.ts';
import { lastValue } from './git-config.ts';
import { areMadeHere, type LostCommit } from './made-here.ts';
import type { RepoView } from './repo-view.ts';
import { fields } from './status.ts';

const MAX_SUBJECTS = 10;
/** More are not the work of an afternoon. */
const MAX_OWN_COMMITS = 100;
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
  const format = '--format=%H%n%cn <%ce>%n%ct%n%s';
  const [count, listed] = await Promise.all([
    repo.run(['rev-list', '--count', ...range, '--']),
    repo.run(['log', '-z', '--no-show-signature', `--max-count=${MAX_OWN_COMMITS}`, format, ...range, '--']),
  ]);
  const lost = fields(listed).map(commitIn);
  const commits = Number(count);
  const own = commits > 0 && commits <= lost.length && (await areMadeHere(repo.gitDir, lost));
  return {
    kind: 'git-lost',
    commits,
    subjects: lost.slice(0, MAX_SUBJECTS).map(({ subject }) => subject.slice(0, MAX_SUBJECT_CHARS)),
    ...(own ? { madeHere: true } : {}),
  };
}

function commitIn(text: string): LostCommit & { readonly subject: string } {
  const [id = '', committer = '', at = '', subject = ''] = text.split('\n');
  return { id, committer, at: Number(at), subject };
}

async function resolveCommit(repo: RepoView, revision: string): Promise<string> {
  if (revision === '' || revision.length > MAX_REVISION_CHARS) throw new LookFailure('not a revision');
  const id = await repo.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`], {
    answers: [1],
  });
  if (!/^[0-9a-f]{40,64}\n$/u.test(id)) throw new LookFailure('not a revision');
  return id.trim();
}

/** Commits that are left without a name when local branches are deleted. */
import type { GitDroppedFact } from '../../../protocol/facts.ts';
import { LookFailure, type LookContext } from '../look-context.ts';
import { realPathOf } from '../paths.ts';
import { findRepo } from './find-repo.ts';
import type { RepoView } from './repo-view.ts';
import { fields } from './status.ts';

const MAX_SUBJECTS = 10;
/** Subjects are shown one per line. */
const MAX_SUBJECT_CHARS = 200;
const MAX_NAME_CHARS = 256;

/** Tags, remotes and all other branches keep what they name. A detached HEAD and a reflog keep nothing for long. */
export async function lookAtDropped(
  cwd: string,
  branches: readonly string[],
  { repos }: LookContext,
): Promise<GitDroppedFact> {
  const found = await findRepo(await realPathOf(cwd));
  if (found === undefined) throw new LookFailure('not in a git repository');
  const repo = await repos.open(found);
  const exists = await Promise.all(branches.map((branch) => isBranch(repo, branch)));
  const going = branches.filter((_, index) => exists[index]);
  if (going.length === 0) return { kind: 'git-dropped', commits: 0, subjects: [] };
  const kept = [...going.map((branch) => `--exclude=${branch}`), '--branches', '--tags', '--remotes'];
  const range = [...going.map((branch) => `refs/heads/${branch}`), '--not', ...kept, '--'];
  const [count, subjects] = await Promise.all([
    repo.run(['rev-list', '--count', ...range]),
    repo.run(['log', '-z', '--no-show-signature', `--max-count=${MAX_SUBJECTS}`, '--format=%s', ...range]),
  ]);
  const shown = fields(subjects).map((subject) => subject.slice(0, MAX_SUBJECT_CHARS));
  return { kind: 'git-dropped', commits: Number(count), subjects: shown };
}

/** INVARIANT: whatever is no plain name of a branch is refused: git would read a pattern or a path in it. */
async function isBranch(repo: RepoView, branch: string): Promise<boolean> {
  if (branch === '' || branch.length > MAX_NAME_CHARS || /[*?[\\\s~^:]|\.\.|^-|@\{/u.test(branch)) {
    throw new LookFailure('not the name of a branch');
  }
  const id = await repo.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `refs/heads/${branch}^{commit}`], {
    answers: [1],
  });
  return id !== '';
}

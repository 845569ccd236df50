/** Whether the history of a work tree lies in another folder and stays there when the work tree goes. */
import { dirname, join, resolve } from 'node:path';
import { isWithin, realPathOf } from '../paths.ts';
import { readPointer, type FoundRepo } from './find-repo.ts';
import type { RepoView } from './repo-view.ts';

/**
 * INVARIANT: a `.git` file is data that anybody who writes the tree can write. Git makes a pair of them, and only where
 * the repository names this very work tree as its own does it count as the keeper of its history.
 *
 * @param going the physical path of all that is removed.
 */
export async function isKeptElsewhere(repo: FoundRepo, going: string): Promise<boolean> {
  const { root, gitDir, commonDir } = repo;
  if (dirname(gitDir) !== join(commonDir, 'worktrees') || isWithin(commonDir, going)) return false;
  const back = await readPointer(join(gitDir, 'gitdir'));
  return back !== undefined && (await realPathOf(resolve(gitDir, back))) === join(root, '.git');
}

/** A detached HEAD is known to its work tree alone. */
export async function headIsNamed(repo: RepoView): Promise<boolean> {
  if (repo.head.startsWith('refs/heads/')) return true;
  const lost = await repo.run(['rev-list', '--count', 'HEAD', '--not', '--branches', '--tags', '--remotes', '--']);
  return Number(lost) === 0;
}

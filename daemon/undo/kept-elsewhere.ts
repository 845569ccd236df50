/** Which files of a folder git or a build brings back, so that saving them would only fill the trash. */
import { basename, dirname, relative } from 'node:path';

import { findRepo } from '../facts/git/find-repo.ts';
import { CannotTell } from '../facts/git/cannot-tell.ts';
import type { RepoViews } from '../facts/git/repo-view.ts';
import { readStates } from '../facts/git/status.ts';
import { isWithin } from '../facts/paths.ts';
import { classifierFor, type Asking } from '../facts/tree/classify.ts';
import { isPrecious } from '../facts/tree/precious.ts';

export type Keeper = 'git' | 'build' | 'nobody';

export type KeptElsewhere = {
  /** @param path as text; what git does not know by this name it does not have. */
  readonly keeperOf: (path: string) => Promise<Keeper>;
  /** Whether everything in this folder can be built again, whatever it is. */
  readonly isBuilt: (folder: string) => Promise<boolean>;
};

const NOBODY: KeptElsewhere = {
  keeperOf: () => Promise.resolve('nobody'),
  isBuilt: () => Promise.resolve(false),
};

/**
 * INVARIANT: where git cannot be asked, nobody keeps anything.
 * @param path physical.
 * @param going what is removed as a whole: a repository in it is no keeper, for it goes too.
 */
export async function keptElsewhere(
  path: string,
  isFolder: boolean,
  going: string | undefined,
  { repos, asking }: { readonly repos: RepoViews; readonly asking: Asking },
): Promise<KeptElsewhere> {
  if (path.split('/').includes('.git')) return NOBODY;
  try {
    const found = await findRepo(isFolder ? path : dirname(path));
    if (found === undefined) return NOBODY;
    const classifier = await classifierFor(await repos.open(found), path, asking);
    const gitGoes = going !== undefined && isWithin(found.root, going);
    return {
      isBuilt: classifier.isRebuildable,
      keeperOf: async (file) => {
        const state = await classifier.stateOf(file);
        if (state === 'tracked') return gitGoes ? 'nobody' : 'git';
        if (state === 'regenerable-packages') return 'build';
        return state === 'regenerable-output' && !isPrecious(basename(file)) ? 'build' : 'nobody';
      },
    };
  } catch (error) {
    if (asking === 'files') throw new CannotTell('not without git', { cause: error });
    // A repository that cannot be read brings nothing back.
    return NOBODY;
  }
}

/** Absolute paths of tracked files that differ from what git has; none where git cannot be asked. */
export async function changedBelow(path: string, isFolder: boolean, repos: RepoViews): Promise<readonly string[]> {
  if (path.split('/').includes('.git')) return [];
  try {
    const found = await findRepo(isFolder ? path : dirname(path));
    if (found === undefined) return [];
    const below = relative(found.root, path);
    const { dirty } = await readStates(await repos.open(found), below === '' ? [] : [below]);
    return [...dirty].map((name) => `${found.root}/${name}`);
  } catch {
    // A repository that cannot be read brings nothing back.
    return [];
  }
}

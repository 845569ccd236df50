/** Which files of a folder git or a build brings back, so that saving them would only fill the trash. */
import { basename, dirname } from 'node:path';

import { findRepo } from '../facts/git/find-repo.ts';
import type { RepoViews } from '../facts/git/repo-view.ts';
import { isWithin } from '../facts/paths.ts';
import { classifierFor } from '../facts/tree/classify.ts';
import { isPrecious } from '../facts/tree/precious.ts';

export type Keeper = 'git' | 'build' | 'nobody';

export type KeptElsewhere = {
  /** @param path as text; what git does not know by this name it does not have. */
  readonly keeperOf: (path: string) => Keeper;
  /** Whether everything in this folder can be built again, whatever it is. */
  readonly isBuilt: (folder: string) => boolean;
  /** Whether git knows it and has it otherwise. */
  readonly isChanged: (path: string) => boolean;
  /** Absolute paths of tracked files that differ from what git has. */
  readonly changed: () => readonly string[];
  /** Empty outside a repository. */
  readonly root: string;
};

const NOBODY: KeptElsewhere = {
  keeperOf: () => 'nobody',
  isBuilt: () => false,
  isChanged: () => false,
  changed: () => [],
  root: '',
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
  repos: RepoViews,
): Promise<KeptElsewhere> {
  if (path.split('/').includes('.git')) return NOBODY;
  try {
    const found = await findRepo(isFolder ? path : dirname(path));
    if (found === undefined) return NOBODY;
    const classifier = await classifierFor(await repos.open(found), path);
    const gitGoes = going !== undefined && isWithin(found.root, going);
    return {
      root: found.root,
      isBuilt: classifier.isRebuildable,
      isChanged: (file) => classifier.stateOf(file) === 'dirty',
      changed: () => [...classifier.states.dirty].map((name) => `${found.root}/${name}`),
      keeperOf: (file) => {
        const state = classifier.stateOf(file);
        if (state === 'tracked') return gitGoes ? 'nobody' : 'git';
        if (state === 'regenerable-packages') return 'build';
        return state === 'regenerable-output' && !isPrecious(basename(file)) ? 'build' : 'nobody';
      },
    };
  } catch {
    // A repository that cannot be read brings nothing back.
    return NOBODY;
  }
}

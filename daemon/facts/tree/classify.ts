/** Tells the state of each file below a path of a repository. */
import { relative } from 'node:path';
import type { RepoView } from '../git/repo-view.ts';
import type { FileState } from './counts.ts';
import { togetherClassifier } from './git-together.ts';
import { wouldBe, type WouldBe } from './ignore-rules.ts';
import { ownClassifier, ownWouldBe } from './own-classify.ts';

/** Any of it may throw `CannotTell` while git is not asked. */
export type Classifier = {
  stateOf(path: string): Promise<FileState>;
  /** Whether this folder holds packages that a lock file brings back, whatever they are. */
  isRebuildable(path: string): Promise<boolean>;
};

/** Whether git is started: what is told without it is the same, or nothing. */
export type Asking = 'git' | 'files';

/** @param target physical path in the work tree. */
export function classifierFor(repo: RepoView, target: string, asking: Asking): Promise<Classifier> {
  const path = relative(repo.root, target);
  return asking === 'files' ? ownClassifier(repo, path) : togetherClassifier(repo, path);
}

/** @param target physical path at which there is nothing yet. */
export function classOfNew(repo: RepoView, target: string, asking: Asking): Promise<WouldBe> {
  const path = relative(repo.root, target);
  return asking === 'files' ? ownWouldBe(repo, path) : wouldBe(repo, path);
}

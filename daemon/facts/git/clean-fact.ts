/** What `git clean` would remove. */
import { basename, join, relative, resolve } from 'node:path';
import { MAX_CLEANED_PATHS, type FactNeed, type GitCleanFact } from '../../../protocol/facts.ts';
import { LookFailure, type LookContext } from '../look-context.ts';
import { isWithin, lstatOrAbsent, realPathOf } from '../paths.ts';
import { isLocal } from '../surroundings.ts';
import { gitClassifier, type ListingClassifier } from '../tree/git-classify.ts';
import { count, newTally, type Tally } from '../tree/counts.ts';
import { evidenceAbove } from '../tree/evidence.ts';
import { walk, walkedFile } from '../tree/walk.ts';
import { findRepo } from './find-repo.ts';
import type { RepoView } from './repo-view.ts';

type CleanNeed = Extract<FactNeed, { kind: 'git-clean' }>;

/** Paths named on one command line that are looked at. */
const MAX_NAMED_PATHS = 64;
/** Entries that are measured; beyond them the counts are lower bounds. */
const MAX_ENTRIES = 5_000;
/** Left of the budget for the answer to get back. */
const RESERVE_MS = 60;

export async function lookAtClean(need: CleanNeed, context: LookContext): Promise<GitCleanFact> {
  const cwd = await realPathOf(need.cwd);
  const found = await findRepo(cwd);
  if (found === undefined) throw new LookFailure('not in a git repository');
  if (need.paths.length > MAX_NAMED_PATHS) throw new LookFailure('too many paths');
  const repo = await context.repos.open(found);
  const folders = need.paths.length === 0 ? [cwd] : need.paths.map((path) => pathInRepo(repo, cwd, path));
  const tally = newTally();
  const removed = new Set<string>();
  for (const folder of folders) {
    const classifier = await gitClassifier(repo, relative(repo.root, folder));
    for (const entry of entriesOf(classifier, need.ignored)) {
      const path = narrower(join(repo.root, entry), folder);
      if (removed.has(path)) continue;
      if (removed.size >= MAX_ENTRIES) tally.complete = false;
      else await measure(path, repo, classifier, tally, context);
      removed.add(path);
    }
  }
  return { kind: 'git-clean', paths: [...removed].slice(0, MAX_CLEANED_PATHS), counts: tally };
}

/** Pathspecs with patterns or magic are not read: what they select stays unknown. */
function pathInRepo(repo: RepoView, cwd: string, path: string): string {
  if (path.startsWith(':') || /[*?[\\]/u.test(path)) throw new LookFailure('a pathspec with a pattern');
  const absolute = resolve(cwd, path);
  if (!isWithin(absolute, repo.root)) throw new LookFailure('a path outside of the repository');
  return absolute;
}

function entriesOf({ states }: ListingClassifier, ignored: CleanNeed['ignored']): readonly string[] {
  if (ignored === 'no') return states.untracked;
  return ignored === 'only' ? states.ignored : [...states.untracked, ...states.ignored];
}

/** An ignored folder above the named one is not removed as a whole. */
function narrower(entry: string, folder: string): string {
  return isWithin(folder, entry) ? folder : entry;
}

async function measure(
  path: string,
  repo: RepoView,
  classifier: ListingClassifier,
  tally: Tally,
  context: LookContext,
) {
  const stats = await lstatOrAbsent(path);
  // Git lists what is there: a name that is not found has bytes that are no text.
  if (stats === undefined) tally.complete = false;
  if (stats === undefined) return;
  const shown = (file: string): string => file.slice(repo.root.length + 1);
  const evidence = await evidenceAbove(path, context);
  if (!stats.isDirectory()) {
    return count(tally, walkedFile(path, basename(path), stats, evidence), await classifier.stateOf(path), shown(path));
  }
  const found = await walk(path, {
    atOnce: isLocal(path),
    isRebuildable: classifier.isRebuildable,
    hasTime: () => context.remainingMs() > RESERVE_MS,
    evidence,
  });
  tally.complete &&= found.complete && found.repos.length === 0;
  for (const file of found.files) count(tally, file, await classifier.stateOf(file.path), shown(file.path));
}

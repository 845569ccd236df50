/** What deleting everything at a path would lose. */
import type { Stats } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import type { Location } from '../../../protocol/effect.ts';
import type { TreeFact, TreeSelection } from '../../../protocol/facts.ts';
import { findRepo, repoAt, type FoundRepo } from '../git/find-repo.ts';
import { headIsNamed, isKeptElsewhere } from '../git/linked-work-tree.ts';
import { countStashes, countUnpushed, remotesOf } from '../git/repo-fact.ts';
import type { RepoView } from '../git/repo-view.ts';
import { locationOf } from '../location.ts';
import type { LookContext } from '../look-context.ts';
import { isWithin, lstatOrAbsent, physicalPathOf } from '../paths.ts';
import { classifierFor, type Classifier } from './classify.ts';
import { count, newTally, type FileState, type Tally } from './counts.ts';
import { evidenceAbove } from './evidence.ts';
import { wouldBe } from './ignore-rules.ts';
import { selectBelow } from './selected.ts';
import { walk, walkedFile, type WalkOptions } from './walk.ts';

/** Nested repositories that are looked into; the files of further ones count as untracked. */
const MAX_NESTED_REPOS = 8;
/** Left of the budget for the answer to get back. */
const RESERVE_MS = 60;

type Gathering = {
  readonly context: LookContext;
  readonly tally: Tally;
  readonly shownFrom: string;
  /** The physical path of all that is removed. */
  readonly going: string;
  nested: number;
  containsRepo: boolean;
  /** Some of what is selected is Countersign's own. */
  touchesOwn: boolean;
};

export async function lookAtTree(
  path: string,
  only: TreeSelection | undefined,
  context: LookContext,
): Promise<TreeFact> {
  const physical = await physicalPathOf(path);
  const stats = await lstatOrAbsent(physical);
  const around = await findRepo(physical === '/' ? '/' : dirname(physical));
  const own = stats?.isDirectory() === true ? await repoAt(physical) : undefined;
  const repo = own ?? around;
  const gathering: Gathering = { context, tally: newTally(), shownFrom: dirname(physical), going: physical, nested: 0, containsRepo: false, touchesOwn: false }; // prettier-ignore
  if (stats !== undefined && only !== undefined) await gatherSelected(physical, stats, only, repo, gathering);
  else if (stats?.isDirectory() === true) await gatherFolder(physical, own, around, gathering);
  else if (stats !== undefined) await gatherFile(physical, stats, around, gathering);
  const whole = only === undefined || !gathering.tally.complete || gathering.touchesOwn;
  const location = locationOf({ path: physical, repoRoot: repo?.root, whole }, context.places);
  return {
    kind: 'tree',
    exists: stats !== undefined,
    realPath: physical,
    location,
    ...(repo === undefined ? {} : { repoRoot: repo.root }),
    containsRepo: gathering.containsRepo,
    counts: gathering.tally,
    ...(stats?.isFile() === true ? { modifiedAt: Math.floor(stats.mtimeMs) } : {}),
    ...(stats === undefined ? await placeForNew(physical, around, context) : {}),
  };
}

/** What a folder above proves holds for everything that is put into it. */
async function placeForNew(
  path: string,
  around: FoundRepo | undefined,
  context: LookContext,
): Promise<Pick<TreeFact, 'wouldBe'>> {
  if ((await evidenceAbove(path, context.places.home)) !== undefined) return { wouldBe: 'rebuilt' };
  if (around === undefined || isInsideGit(path)) return {};
  return { wouldBe: await wouldBe(await context.repos.open(around), relative(around.root, path)) };
}

async function gatherFile(path: string, stats: Stats, around: FoundRepo | undefined, gathering: Gathering) {
  const { context, tally } = gathering;
  const state = await fileState(path, around, context);
  const evidence = await evidenceAbove(path, context.places.home);
  count(tally, walkedFile(path, basename(path), stats, evidence), state, basename(path));
}

function placeOf(path: string, { places }: LookContext): Location {
  return locationOf({ path, repoRoot: undefined, whole: false }, places);
}

/** INVARIANT: of what lies in a `.git`, and of repositories further down, nothing can be told to come back. */
async function gatherSelected(
  path: string,
  stats: Stats,
  only: TreeSelection,
  repo: FoundRepo | undefined,
  gathering: Gathering,
) {
  const { context, tally, shownFrom } = gathering;
  const view = repo === undefined || isInsideGit(path) ? undefined : await context.repos.open(repo);
  const states = view === undefined ? UNKNOWN_TO_GIT : await classifierFor(view, path);
  const found = await selectBelow(path, stats, only, {
    isRebuildable: states.isRebuildable,
    hasTime: () => context.remainingMs() > RESERVE_MS,
    evidence: await evidenceAbove(path, context.places.home),
  });
  tally.complete &&= found.complete;
  for (const file of found.files) {
    const inRepo = !found.foreign.some((folder) => isWithin(file.path, folder));
    count(tally, file, inRepo ? states.stateOf(file.path) : 'untracked', file.path.slice(shownFrom.length + 1));
    gathering.containsRepo ||= isInsideGit(file.path);
    gathering.touchesOwn ||= placeOf(file.path, context) === 'guard';
  }
}

async function fileState(path: string, around: FoundRepo | undefined, context: LookContext): Promise<FileState> {
  if (isInsideGit(path)) return isStaleLock(path) ? 'regenerable-packages' : 'untracked';
  if (around === undefined) return 'untracked';
  return (await classifierFor(await context.repos.open(around), path)).stateOf(path);
}

function isInsideGit(path: string): boolean {
  return path.split('/').includes('.git');
}

/** Git itself asks for these to be removed after a crash; they hold nothing. */
function isStaleLock(path: string): boolean {
  return path.endsWith('.lock');
}

async function gatherFolder(
  path: string,
  own: FoundRepo | undefined,
  around: FoundRepo | undefined,
  gathering: Gathering,
) {
  if (isInsideGit(path)) {
    if (basename(path) === '.git' || own !== undefined) gathering.containsRepo = true;
    return gatherAs(path, UNKNOWN_TO_GIT, gathering);
  }
  if (own !== undefined) return gatherRepo(path, own, gathering);
  if (around === undefined) return gatherAs(path, UNKNOWN_TO_GIT, gathering);
  return gatherAs(path, await classifierFor(await gathering.context.repos.open(around), path), gathering);
}

type States = Pick<Classifier, 'stateOf' | 'isRebuildable'>;

const UNKNOWN_TO_GIT: States = { stateOf: () => 'untracked', isRebuildable: () => false };

/** A repository that goes as a whole takes its history along: only what a remote, or the keeper of a linked one, has can come back. */
async function gatherRepo(path: string, found: FoundRepo, gathering: Gathering): Promise<void> {
  gathering.nested += 1;
  if (gathering.nested > MAX_NESTED_REPOS) {
    gathering.containsRepo = true;
    return gatherAs(path, UNKNOWN_TO_GIT, gathering);
  }
  const repo = await gathering.context.repos.open(found);
  const kept = (await isKeptElsewhere(repo, gathering.going)) && (await headIsNamed(repo));
  gathering.containsRepo ||= !kept;
  if (kept) return gatherAs(path, withoutPointer(path, await classifierFor(repo, path)), gathering);
  const [classifier, pushed] = await Promise.all([classifierFor(repo, path), isPushed(repo)]);
  if (pushed) return gatherAs(path, classifier, gathering);
  const states: States = {
    ...classifier,
    stateOf: (file) => {
      const state = classifier.stateOf(file);
      return state === 'tracked' ? 'untracked' : state;
    },
  };
  return gatherAs(path, states, gathering);
}

/** The `.git` of a linked work tree only says where its repository is; `git worktree repair` writes it again. */
function withoutPointer(root: string, { stateOf, isRebuildable }: Classifier): States {
  const pointer = join(root, '.git');
  return { isRebuildable, stateOf: (file) => (file === pointer ? 'regenerable-packages' : stateOf(file)) };
}

async function isPushed(repo: RepoView): Promise<boolean> {
  if (remotesOf(repo.config).length === 0) return false;
  const [unpushed, stashes] = await Promise.all([countUnpushed(repo), countStashes(repo)]);
  return unpushed === 0 && stashes === 0;
}

async function gatherAs(path: string, states: States, gathering: Gathering): Promise<void> {
  const { tally, context, shownFrom } = gathering;
  const options: WalkOptions = {
    isRebuildable: states.isRebuildable,
    hasTime: () => context.remainingMs() > RESERVE_MS,
    evidence: await evidenceAbove(path, context.places.home),
  };
  const found = await walk(path, options);
  tally.complete &&= found.complete;
  for (const file of found.files) count(tally, file, states.stateOf(file.path), file.path.slice(shownFrom.length + 1));
  for (const nested of found.repos) {
    const repo = await repoAt(nested);
    if (repo !== undefined) await gatherRepo(nested, repo, gathering);
    else await gatherBare(nested, gathering);
  }
}

/** History without a work tree: nothing says where else it is. */
async function gatherBare(path: string, gathering: Gathering): Promise<void> {
  gathering.containsRepo = true;
  await gatherAs(join(path), UNKNOWN_TO_GIT, gathering);
}

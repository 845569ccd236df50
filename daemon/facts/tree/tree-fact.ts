/** What deleting everything at a path would lose. */
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Location } from '../../../protocol/effect.ts';
import type { TreeFact, TreeSelection } from '../../../protocol/facts.ts';
import { repoAt, type FoundRepo } from '../git/find-repo.ts';
import { headIsNamed, isKeptElsewhere } from '../git/linked-work-tree.ts';
import { countStashes, countUnpushed, remotesOf } from '../git/repo-fact.ts';
import type { RepoView } from '../git/repo-view.ts';
import { locationOf } from '../location.ts';
import type { LookContext } from '../look-context.ts';
import { isWithin, lstatOrAbsent } from '../paths.ts';
import { isLocal } from '../surroundings.ts';
import { classifierFor, classOfNew, type Asking, type Classifier } from './classify.ts';
import { count, newTally, type FileState, type Tally } from './counts.ts';
import { evidenceAbove } from './evidence.ts';
import { selectBelow } from './selected.ts';
import { walk, walkedFile, type WalkOptions } from './walk.ts';

/** Nested repositories that are looked into; the files of further ones count as untracked. */
const MAX_NESTED_REPOS = 8;
/** Left of the budget for the answer to get back. */
const RESERVE_MS = 60;

type Gathering = {
  readonly context: LookContext;
  readonly asking: Asking;
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
  try {
    return await lookAsking('files', path, only, context);
  } catch {
    // Whatever it was that could not be told, git is the one to ask, and its failure is the answer.
    return lookAsking('git', path, only, context);
  }
}

async function lookAsking(
  asking: Asking,
  path: string,
  only: TreeSelection | undefined,
  context: LookContext,
): Promise<TreeFact> {
  const physical = await context.seen.physicalPath(path);
  const stats = await lstatOrAbsent(physical);
  const around = await context.seen.repoAround(physical === '/' ? '/' : dirname(physical));
  const own = stats?.isDirectory() === true ? await repoAt(physical) : undefined;
  const repo = own ?? around;
  const gathering: Gathering = { context, asking, tally: newTally(), shownFrom: dirname(physical), going: physical, nested: 0, containsRepo: false, touchesOwn: false }; // prettier-ignore
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
    ...(stats === undefined ? await placeForNew(physical, around, gathering) : {}),
  };
}

/** What a folder above proves holds for everything that is put into it. */
async function placeForNew(
  path: string,
  around: FoundRepo | undefined,
  { context, asking }: Gathering,
): Promise<Pick<TreeFact, 'wouldBe'>> {
  if ((await evidenceAbove(path, context)) !== undefined) return { wouldBe: 'rebuilt' };
  if (around === undefined || isInsideGit(path)) return {};
  return { wouldBe: await classOfNew(await context.repos.open(around), path, asking) };
}

async function gatherFile(path: string, stats: Stats, around: FoundRepo | undefined, gathering: Gathering) {
  const { context, tally } = gathering;
  const state = await fileState(path, around, gathering);
  const evidence = await evidenceAbove(path, context);
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
  const states = view === undefined ? UNKNOWN_TO_GIT : await classifierFor(view, path, gathering.asking);
  const found = await selectBelow(path, stats, only, {
    atOnce: isLocal(path),
    isRebuildable: states.isRebuildable,
    hasTime: () => context.remainingMs() > RESERVE_MS,
    evidence: await evidenceAbove(path, context),
  });
  tally.complete &&= found.complete;
  for (const file of found.files) {
    const inRepo = !found.foreign.some((folder) => isWithin(file.path, folder));
    count(tally, file, inRepo ? await states.stateOf(file.path) : 'untracked', file.path.slice(shownFrom.length + 1));
    gathering.containsRepo ||= isInsideGit(file.path);
    gathering.touchesOwn ||= placeOf(file.path, context) === 'guard';
  }
}

async function fileState(path: string, around: FoundRepo | undefined, gathering: Gathering): Promise<FileState> {
  if (isInsideGit(path)) return isStaleLock(path) ? 'regenerable-packages' : 'untracked';
  if (around === undefined) return 'untracked';
  return (await statesIn(around, path, gathering)).stateOf(path);
}

async function statesIn(repo: FoundRepo, path: string, { context, asking }: Gathering): Promise<Classifier> {
  return classifierFor(await context.repos.open(repo), path, asking);
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
  return gatherAs(path, await statesIn(around, path, gathering), gathering);
}

const UNKNOWN_TO_GIT: Classifier = {
  stateOf: () => Promise.resolve('untracked'),
  isRebuildable: () => Promise.resolve(false),
};

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
  if (kept) return gatherAs(path, withoutPointer(path, await classifierFor(repo, path, gathering.asking)), gathering);
  const [classifier, pushed] = await Promise.all([classifierFor(repo, path, gathering.asking), isPushed(repo)]);
  if (pushed) return gatherAs(path, classifier, gathering);
  const states: Classifier = {
    ...classifier,
    stateOf: async (file) => {
      const state = await classifier.stateOf(file);
      return state === 'tracked' ? 'untracked' : state;
    },
  };
  return gatherAs(path, states, gathering);
}

/** The `.git` of a linked work tree only says where its repository is; `git worktree repair` writes it again. */
function withoutPointer(root: string, { stateOf, isRebuildable }: Classifier): Classifier {
  const pointer = join(root, '.git');
  return {
    isRebuildable,
    stateOf: (file) => (file === pointer ? Promise.resolve('regenerable-packages') : stateOf(file)),
  };
}

async function isPushed(repo: RepoView): Promise<boolean> {
  if (remotesOf(repo.config).length === 0) return false;
  const [unpushed, stashes] = await Promise.all([countUnpushed(repo), countStashes(repo)]);
  return unpushed === 0 && stashes === 0;
}

async function gatherAs(path: string, states: Classifier, gathering: Gathering): Promise<void> {
  const { tally, context, shownFrom } = gathering;
  const options: WalkOptions = {
    atOnce: isLocal(path),
    isRebuildable: states.isRebuildable,
    hasTime: () => context.remainingMs() > RESERVE_MS,
    evidence: await evidenceAbove(path, context),
  };
  const found = await walk(path, options);
  tally.complete &&= found.complete;
  for (const file of found.files)
    count(tally, file, await states.stateOf(file.path), file.path.slice(shownFrom.length + 1));
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

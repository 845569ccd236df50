/** Lists the files below a folder that a search would take, `.git` and other repositories included. */
import { lstatSync, type Dirent, type Stats } from 'node:fs';
import { basename, join } from 'node:path';
import type { TreeSelection } from '../../../protocol/facts.ts';
import { listFolder } from '../list-folder.ts';
import { isAbsence } from '../paths.ts';
import { evidenceOf, isWholly, partOf, standing, type Evidence } from './evidence.ts';
import { selects, type Entry } from './selection.ts';
import { walkedFile, type WalkedFile, type WalkOptions } from './walk.ts';

/** Entries that are tested, whether they are selected or not. */
const MAX_ENTRIES = 40_000;
const MAX_DEPTH = 64;
/** Of a folder that can be rebuilt: what is selected there is no loss, and its number is only shown. */
const MAX_REBUILDABLE_ENTRIES = 4_000;

export type Selected = {
  readonly files: readonly WalkedFile[];
  /** Folders below the start that git keeps apart: another repository, or its own store. */
  readonly foreign: readonly string[];
  readonly complete: boolean;
};

type Search = {
  readonly only: TreeSelection;
  readonly selects: (entry: Entry) => boolean;
  readonly options: WalkOptions;
  readonly files: WalkedFile[];
  readonly foreign: string[];
  complete: boolean;
};

type Step = {
  readonly path: string;
  readonly spelled: string;
  readonly depth: number;
  /** A folder above it was selected and goes as a whole. */
  readonly taken: boolean;
  readonly evidence: Evidence | undefined;
  readonly rebuildable: boolean;
  readonly budget: { entries: number };
};

/** What would split a line of names into others. */
const SPLITS = /[\s'"\\]/u;

/** @param start physical path. */
export async function selectBelow(
  start: string,
  stats: Stats,
  only: TreeSelection,
  options: WalkOptions,
): Promise<Selected> {
  const search: Search = { only, selects: selects(only), options, files: [], foreign: [], complete: true };
  const { evidence } = options;
  const rebuildable = await isRebuildable(start, evidence, options);
  const budget = { entries: rebuildable ? MAX_REBUILDABLE_ENTRIES : MAX_ENTRIES };
  const spelled = only.from.length > 1 ? only.from.replace(/\/+$/u, '') : only.from;
  await visit({ path: start, spelled, depth: 0, taken: false, evidence, rebuildable, budget }, stats, search);
  return search;
}

async function visit(step: Step, stats: Stats, search: Search): Promise<void> {
  const entries = stats.isDirectory() ? await list(step, search) : [];
  const entry: Entry = { ...step, name: basename(step.spelled), stats, bare: entries.length === 0 };
  const selected = search.selects(entry);
  if (selected && search.only.split && SPLITS.test(step.spelled)) search.complete = false;
  const taken = step.taken || (selected && search.only.whole);
  if (!stats.isDirectory()) {
    if (selected || taken) search.files.push(walkedFile(step.path, entry.name, stats, step.evidence));
    return;
  }
  if (goesNoFurther(step, taken, search)) return;
  const names = new Set(entries.map(({ name }) => name));
  const evidence = step.evidence ?? (await evidenceOf(step.path, names));
  if (names.has('.git') && step.depth > 0) search.foreign.push(step.path);
  for (const { name } of entries) {
    if (step.budget.entries <= 0) return stop(step, search);
    step.budget.entries -= 1;
    if (name.includes('\uFFFD')) stop(step, search);
    else await visitEntry(step, name, taken, evidence, search);
  }
}

async function visitEntry(
  step: Step,
  name: string,
  taken: boolean,
  evidence: Evidence | undefined,
  search: Search,
): Promise<void> {
  const path = join(step.path, name);
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  const inner = evidence === undefined ? undefined : standing(partOf(evidence, name), stats);
  const spelled = step.spelled === '/' ? `/${name}` : `${step.spelled}/${name}`;
  const below: Step = { ...step, path, spelled, depth: step.depth + 1, taken, evidence: inner };
  const rebuildable = !step.rebuildable && stats.isDirectory() && (await isRebuildable(path, inner, search.options));
  if (name === '.git') search.foreign.push(path);
  await visit(
    rebuildable ? { ...below, rebuildable, budget: { entries: MAX_REBUILDABLE_ENTRIES } } : below,
    stats,
    search,
  );
}

async function isRebuildable(path: string, evidence: Evidence | undefined, options: WalkOptions): Promise<boolean> {
  return isWholly(evidence) || (await options.isRebuildable(path));
}

function goesNoFurther(step: Step, taken: boolean, search: Search): boolean {
  if (!taken && step.depth >= (search.only.maxDepth ?? Infinity)) return true;
  if (step.depth < MAX_DEPTH && search.options.hasTime()) return false;
  stop(step, search);
  return true;
}

/** Caps on what can be rebuilt do not make the answer incomplete: whatever is selected there is the same. */
function stop(step: Step, search: Search): void {
  if (!step.rebuildable) search.complete = false;
}

async function list(step: Step, search: Search): Promise<readonly Dirent[]> {
  try {
    const { entries, complete } = await listFolder(step.path, search.options.atOnce);
    if (!complete) stop(step, search);
    return entries;
  } catch (error) {
    if (!isAbsence(error)) stop(step, search);
    return [];
  }
}

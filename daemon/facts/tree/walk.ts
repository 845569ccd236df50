/** Lists the files below a folder: never through a symlink, never beyond the caps. */
import { lstatSync, type Dirent, type Stats } from 'node:fs';
import { listFolder } from '../list-folder.ts';
import { isAbsence } from '../paths.ts';
import { evidenceOf, isWholly, partOf, standing, type Evidence, type Remade } from './evidence.ts';

/** Deleting more than this is big whatever the exact number. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 64;
/** Of a folder that can be rebuilt the number is only shown, so a shorter look will do. */
const MAX_REBUILDABLE_FILES = 2_000;

export type WalkedFile = {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  /** A regular file without content. */
  readonly empty: boolean;
  /** Made by a tool that makes it again, as the folders around it prove. */
  readonly remade: Remade | undefined;
};

export type Walk = {
  readonly files: WalkedFile[];
  /** Folders below the start that are repositories of their own; their files are not listed here. */
  readonly repos: string[];
  complete: boolean;
};

export type WalkOptions = {
  /** Nothing below can keep a look waiting, so folders are listed without threads, which is several times as fast. */
  readonly atOnce: boolean;
  /** Whether everything in this folder can be rebuilt whatever it is; hitting a cap there leaves nothing unknown. */
  readonly isRebuildable: (path: string) => Promise<boolean>;
  readonly hasTime: () => boolean;
  /** Of the start: what the place and the folders above it prove. */
  readonly evidence: Evidence | undefined;
};

type Budget = { files: number; readonly limit: number };

/** @param start physical path of a folder. */
export async function walk(start: string, options: WalkOptions): Promise<Walk> {
  const found: Walk = { files: [], repos: [], complete: true };
  const { evidence } = options;
  const rebuildable = isWholly(evidence) || (await options.isRebuildable(start));
  const budget: Budget = { files: 0, limit: rebuildable ? MAX_REBUILDABLE_FILES : MAX_FILES };
  await enter({ folder: start, depth: 0, rebuildable, budget, evidence }, found, options);
  return found;
}

type Step = {
  readonly folder: string;
  readonly depth: number;
  readonly rebuildable: boolean;
  readonly budget: Budget;
  readonly evidence: Evidence | undefined;
};

async function enter(step: Step, found: Walk, options: WalkOptions): Promise<void> {
  if (step.depth > MAX_DEPTH || !options.hasTime()) return stop(step, found);
  const entries = await list(step, found, options);
  if (step.depth > 0 && isRepository(entries)) {
    found.repos.push(step.folder);
    return;
  }
  const evidence = step.evidence ?? (await evidenceOf(step.folder, new Set(entries.map(({ name }) => name))));
  const within = step.folder.endsWith('/') ? step.folder : `${step.folder}/`;
  for (const entry of entries) {
    if (step.budget.files >= step.budget.limit) return stop(step, found);
    const path = within + entry.name;
    const inner = evidence === undefined ? undefined : partOf(evidence, entry.name);
    // Bytes that are no text cannot be looked up by this name.
    if (entry.name.includes('\uFFFD')) stop(step, found);
    else if (!entry.isDirectory()) addFile(path, entry.name, { ...step, evidence: inner }, found);
    else if (entry.name !== '.git')
      await enter(await below(path, { ...step, evidence: inner }, options), found, options);
  }
}

async function below(folder: string, step: Step, options: WalkOptions): Promise<Step> {
  const depth = step.depth + 1;
  if (step.rebuildable) return { ...step, folder, depth };
  const evidence = step.evidence?.untilMs === undefined ? step.evidence : standingOf(folder, step.evidence);
  const rebuildable = isWholly(evidence) || (await options.isRebuildable(folder));
  if (!rebuildable) return { ...step, folder, depth, evidence };
  return { ...step, folder, depth, evidence, rebuildable, budget: { files: 0, limit: MAX_REBUILDABLE_FILES } };
}

function standingOf(folder: string, evidence: Evidence): Evidence | undefined {
  const stats = lstatSync(folder, { throwIfNoEntry: false });
  return stats === undefined ? undefined : standing(evidence, stats);
}

/** Caps on what can be rebuilt do not make the answer incomplete: the rest is known to be the same. */
function stop(step: Step, found: Walk): void {
  if (!step.rebuildable) found.complete = false;
}

async function list(step: Step, found: Walk, { atOnce }: WalkOptions): Promise<readonly Dirent[]> {
  try {
    const { entries, complete } = await listFolder(step.folder, atOnce);
    if (!complete) stop(step, found);
    return entries;
  } catch (error) {
    if (!isAbsence(error)) stop(step, found);
    return [];
  }
}

function isRepository(entries: readonly Dirent[]): boolean {
  const names = new Set(entries.map(({ name }) => name));
  return names.has('.git') || (names.has('HEAD') && names.has('objects') && names.has('refs'));
}

function addFile(path: string, name: string, step: Step, found: Walk): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined) return;
  step.budget.files += 1;
  found.files.push(walkedFile(path, name, stats, step.evidence));
}

/** One file as it is told of. */
export function walkedFile(path: string, name: string, stats: Stats, evidence: Evidence | undefined): WalkedFile {
  const bytes = stats.isFile() ? stats.size : 0;
  return { path, name, bytes, empty: stats.isFile() && bytes === 0, remade: standing(evidence, stats)?.remade };
}

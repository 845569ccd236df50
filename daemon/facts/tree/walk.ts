/** Lists the files below a folder: never through a symlink, never beyond the caps. */
import { lstatSync, type Dirent } from 'node:fs';
import { join } from 'node:path';
import { listFolder } from '../list-folder.ts';
import { isAbsence } from '../paths.ts';

/** Deleting more than this is big whatever the exact number. */
const MAX_FILES = 20_000;
const MAX_DEPTH = 64;
/** Of a folder that can be rebuilt the number is only shown, so a shorter look will do. */
const MAX_REBUILDABLE_FILES = 2_000;

export type WalkedFile = { readonly path: string; readonly name: string; readonly bytes: number };

export type Walk = {
  readonly files: WalkedFile[];
  /** Folders below the start that are repositories of their own; their files are not listed here. */
  readonly repos: string[];
  complete: boolean;
};

export type WalkOptions = {
  /** Whether everything in this folder can be rebuilt whatever it is; hitting a cap there leaves nothing unknown. */
  readonly isRebuildable: (path: string) => boolean;
  readonly hasTime: () => boolean;
};

type Budget = { files: number; readonly limit: number };

/** @param start physical path of a folder. */
export async function walk(start: string, options: WalkOptions): Promise<Walk> {
  const found: Walk = { files: [], repos: [], complete: true };
  const rebuildable = options.isRebuildable(start);
  const budget: Budget = { files: 0, limit: rebuildable ? MAX_REBUILDABLE_FILES : MAX_FILES };
  await enter({ folder: start, depth: 0, rebuildable, budget }, found, options);
  return found;
}

type Step = {
  readonly folder: string;
  readonly depth: number;
  readonly rebuildable: boolean;
  readonly budget: Budget;
};

async function enter(step: Step, found: Walk, options: WalkOptions): Promise<void> {
  if (step.depth > MAX_DEPTH || !options.hasTime()) return stop(step, found);
  const entries = await list(step, found);
  if (step.depth > 0 && isRepository(entries)) {
    found.repos.push(step.folder);
    return;
  }
  for (const entry of entries) {
    if (step.budget.files >= step.budget.limit) return stop(step, found);
    const path = join(step.folder, entry.name);
    // Bytes that are no text cannot be looked up by this name.
    if (entry.name.includes('\uFFFD')) stop(step, found);
    else if (!entry.isDirectory()) addFile(path, entry.name, step, found);
    else if (entry.name !== '.git') await enter(below(path, step, options), found, options);
  }
}

function below(folder: string, step: Step, options: WalkOptions): Step {
  const depth = step.depth + 1;
  if (step.rebuildable || !options.isRebuildable(folder)) return { ...step, folder, depth };
  return { folder, depth, rebuildable: true, budget: { files: 0, limit: MAX_REBUILDABLE_FILES } };
}

/** Caps on what can be rebuilt do not make the answer incomplete: the rest is known to be the same. */
function stop(step: Step, found: Walk): void {
  if (!step.rebuildable) found.complete = false;
}

async function list(step: Step, found: Walk): Promise<readonly Dirent[]> {
  try {
    const { entries, complete } = await listFolder(step.folder);
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
  found.files.push({ path, name, bytes: stats.isFile() ? stats.size : 0 });
}

/** The trash as it lies on the disk: a private folder for each action, and what all of them take. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { SavedOperation } from '../../protocol/undo.ts';
import { isAbsence } from '../facts/paths.ts';
import { Entries, entriesDigest, type Entry, type EntryList } from './entries.ts';
import { PROTECTED_MS, SPARE_BYTES, type UndoLimits } from './limits.ts';
import { Refusal } from './safe-open.ts';

const ABOUT = 'about.json';
const ENTRIES = 'entries.json';
/** Not yet complete, or on its way out; nobody restores from these. */
const UNFINISHED = '.new-';
const LEAVING = '.old-';
/** What is older belongs to no job that is still at work. */
const LONGEST_JOB_MS = 3_600_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

export function isTraceName(trace: string): boolean {
  return NAME.test(trace);
}

/** Newest first. What cannot be read is not there. */
export async function listOperations(trash: string): Promise<SavedOperation[]> {
  const names = (await namesIn(trash)).filter(isTraceName);
  const all = await Promise.all(names.map((name) => readAbout(join(trash, name))));
  return all.filter((one) => one !== undefined).toSorted((a, b) => b.at - a.at);
}

async function readAbout(folder: string): Promise<SavedOperation | undefined> {
  try {
    return SavedOperation.parse(JSON.parse(await readFile(join(folder, ABOUT), 'utf8')));
  } catch {
    // Half removed, or somebody edited it: it is swept with the rest.
    return undefined;
  }
}

export function usedBytes(operations: readonly SavedOperation[]): number {
  return operations.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Which operations have to go for another one of this size to fit; `undefined` when it does not. */
export function roomFor(
  bytes: number,
  operations: readonly SavedOperation[],
  { quotaBytes }: Pick<UndoLimits, 'quotaBytes'>,
  now: number,
): readonly SavedOperation[] | undefined {
  let excess = usedBytes(operations) + bytes - quotaBytes;
  const going: SavedOperation[] = [];
  for (const operation of operations.toReversed()) {
    if (excess <= 0) break;
    if (now - operation.at < PROTECTED_MS) return undefined;
    going.push(operation);
    excess -= operation.bytes;
  }
  return excess <= 0 ? going : undefined;
}

export async function diskHasRoom(trash: string, bytes: number): Promise<boolean> {
  // The folder around it is always there.
  const { bavail, bsize } = await statfs(dirname(trash));
  return bavail * bsize >= bytes + SPARE_BYTES;
}

/** A folder to work in; what is in it counts from the moment it is put in place. */
export async function openUnfinished(trash: string): Promise<string> {
  await mkdir(trash, { recursive: true, mode: 0o700 });
  const folder = join(trash, `${UNFINISHED}${randomBytes(8).toString('hex')}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}

export function blobIn(folder: string, blob: number): string {
  return join(folder, String(blob));
}

/** @returns the digest that the trace keeps of the list. */
export async function finish(
  trash: string,
  folder: string,
  about: SavedOperation,
  entries: readonly Entry[],
): Promise<string> {
  const text = JSON.stringify({ version: 1, entries } satisfies EntryList);
  await writeFile(join(folder, ENTRIES), text, { mode: 0o600, flag: 'wx', flush: true });
  await writeFile(join(folder, ABOUT), JSON.stringify(about), { mode: 0o600, flag: 'wx', flush: true });
  await removeOperation(trash, about.trace);
  await rename(folder, join(trash, about.trace));
  return entriesDigest(text);
}

/** INVARIANT: only the list whose digest the trace knows is acted on. */
export async function readOperation(
  trash: string,
  trace: string,
  digest: string,
): Promise<{ folder: string; about: SavedOperation; entries: readonly Entry[] }> {
  const folder = join(trash, trace);
  const about = isTraceName(trace) ? await readAbout(folder) : undefined;
  if (about === undefined) throw new Refusal('nothing is saved of this trace');
  const text = await readFile(join(folder, ENTRIES), 'utf8');
  if (entriesDigest(text) !== digest)
    throw new Refusal('the list of what was saved is not the one that the trace knows');
  return { folder, about, entries: Entries.parse(JSON.parse(text)).entries };
}

export async function removeOperation(trash: string, trace: string): Promise<void> {
  const leaving = join(trash, `${LEAVING}${randomBytes(8).toString('hex')}`);
  try {
    await rename(join(trash, trace), leaving);
  } catch (error) {
    if (isAbsence(error)) return;
    throw error;
  }
  await rm(leaving, { recursive: true, force: true });
}

/** Removes what is older than it may get, and what a job that was ended by force left. */
export async function sweep(trash: string, { keepDays }: Pick<UndoLimits, 'keepDays'>, now: number): Promise<number> {
  const names = await namesIn(trash);
  for (const name of names.filter((one) => one.startsWith(UNFINISHED) || one.startsWith(LEAVING))) {
    const { mtimeMs } = await lstat(join(trash, name));
    if (now - mtimeMs > LONGEST_JOB_MS) await rm(join(trash, name), { recursive: true, force: true });
  }
  const operations = await listOperations(trash);
  const old = operations.filter(({ at }) => now - at > keepDays * 86_400_000);
  const known = new Set(operations.map(({ trace }) => trace));
  const broken = names.filter((name) => isTraceName(name) && !known.has(name));
  for (const trace of [...old.map((one) => one.trace), ...broken]) await removeOperation(trash, trace);
  return old.length;
}

async function namesIn(trash: string): Promise<string[]> {
  try {
    return await readdir(trash);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

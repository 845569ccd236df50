/** The trash as it lies on the disk: a private folder for each action, and what all of them take. */
import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { z } from 'zod';

import { SavedOperation } from '../../protocol/undo.ts';
import { isAbsence } from '../facts/paths.ts';
import { Entries, entriesDigest, type Entry, type EntryList } from './entries.ts';
import type { UndoLimits } from './limits.ts';
import { rawOf } from './raw-path.ts';
import { readText, Refusal } from './safe-open.ts';

const ABOUT = 'about.json';
const ENTRIES = 'entries.json';
/** Not yet complete, or on its way out; nobody restores from these. */
const UNFINISHED = '.new-';
const LEAVING = '.old-';
/** What is older belongs to no job that is still at work. */
const LONGEST_JOB_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NAME = /^[a-z0-9][a-z0-9-]{0,63}$/;

export function isTraceName(trace: string): boolean {
  return NAME.test(trace);
}

/** What another version wrote besides is no fault. */
const About = z.object(SavedOperation.shape);
/** A few names and numbers. */
const MAX_ABOUT_BYTES = 1024 * 1024;
/** The most files that an operation may have, with long names and access lists. */
const MAX_ENTRIES_BYTES = 256 * 1024 * 1024;
/** More open files than that could be refused. */
const AT_A_TIME = 64;

/** Newest first. What cannot be read is not there. */
export async function listOperations(trash: string): Promise<SavedOperation[]> {
  const names = (await namesIn(trash)).filter(isTraceName);
  const found: SavedOperation[] = [];
  for (let first = 0; first < names.length; first += AT_A_TIME) {
    const some = names.slice(first, first + AT_A_TIME);
    const read = await Promise.all(some.map((name) => readAbout(trash, name)));
    found.push(...read.filter((one) => one !== undefined));
  }
  return found.toSorted((a, b) => b.at - a.at);
}

async function readAbout(trash: string, name: string): Promise<SavedOperation | undefined> {
  try {
    return aboutFrom(name, await readText(rawOf(join(trash, name, ABOUT)), MAX_ABOUT_BYTES));
  } catch {
    // Half removed, edited, or not to be read just now: nothing is done with it until it is old.
    return undefined;
  }
}

/** INVARIANT: an operation has the name of its folder; another name could lead out of the trash. */
export function aboutFrom(name: string, text: string): SavedOperation | undefined {
  const about = About.parse(JSON.parse(text));
  return about.trace === name ? about : undefined;
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
  if (!isTraceName(about.trace)) throw new Error(`\`${about.trace}\` is no name of a trace`);
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
  const about = isTraceName(trace) ? await readAbout(trash, trace) : undefined;
  if (about === undefined) throw new Refusal('nothing is saved of this trace');
  const text = await readText(rawOf(join(folder, ENTRIES)), MAX_ENTRIES_BYTES);
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
  const isOlder = async (name: string, ms: number): Promise<boolean> =>
    now - (await lstat(join(trash, name))).mtimeMs > ms;
  for (const name of names.filter((one) => one.startsWith(UNFINISHED) || one.startsWith(LEAVING)))
    if (await isOlder(name, LONGEST_JOB_MS)) await rm(join(trash, name), { recursive: true, force: true });
  const keepMs = keepDays * DAY_MS;
  const operations = await listOperations(trash);
  const old = operations.filter(({ at }) => now - at > keepMs);
  for (const { trace } of old) await removeOperation(trash, trace);
  // INVARIANT: what cannot be read is kept as long as anything else; it may be readable again.
  const known = new Set(operations.map(({ trace }) => trace));
  for (const name of names.filter((one) => isTraceName(one) && !known.has(one)))
    if (await isOlder(name, keepMs)) await removeOperation(trash, name);
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

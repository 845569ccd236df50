/** Folders that belong to one user alone. */
import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../../protocol/errors.ts';

const OTHERS_WRITE = 0o022;

/** Makes the folder private; refuses one that somebody else could have prepared. */
export function preparePrivateFolder(folder: string): void {
  usable(folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  const stat = usable(folder, () => lstatSync(folder));
  const uid = process.getuid?.();
  if (!stat.isDirectory()) throw unusable(folder, 'is a link or a file where a folder belongs');
  if (uid !== undefined && stat.uid !== uid) throw unusable(folder, 'belongs to another user');
  if ((stat.mode & OTHERS_WRITE) !== 0) refuseForeign(folder, uid);
  usable(folder, () => chmodSync(folder, 0o700));
}

/** A failure of the file system, as what it means for whoever starts the daemon. */
export function usable<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof CountersignError) throw error;
    const fault = diskFault(error);
    if (fault !== undefined) throw unusable(path, `cannot be written: ${fault}`, error);
    throw unusable(path, `cannot be used: ${error instanceof Error ? error.message : String(error)}`, error);
  }
}

const DISK_FAULTS: ReadonlyMap<unknown, string> = new Map([
  ['ENOSPC', 'the disk is full; free disk space'],
  ['EDQUOT', 'your share of the disk is used up; free disk space'],
  ['EROFS', 'the disk is read-only; mount it writable'],
]);

/** What is wrong with the disk, and what to do; `undefined` when something else is wrong. */
export function diskFault(error: unknown): string | undefined {
  for (let at = error; at instanceof Error; at = at.cause) {
    const fault = 'code' in at ? DISK_FAULTS.get(at.code) : undefined;
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** Where others could write, they could have left keys or links. */
function refuseForeign(folder: string, uid: number | undefined): void {
  for (const name of readdirSync(folder)) {
    const stat = lstatSync(join(folder, name));
    if (stat.uid !== uid || stat.isSymbolicLink()) {
      throw unusable(folder, `could be written by others, and \`${name}\` in it may be theirs`);
    }
  }
}

function unusable(path: string, what: string, cause?: unknown): CountersignError {
  return new CountersignError('home_unusable', `\`${path}\` ${what}`, { cause });
}

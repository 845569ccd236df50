/** The folder for short-lived files of looks, and what is left of those whose process was ended by force. */
import { mkdirSync, mkdtempSync } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbsence } from './paths.ts';

const PREFIX = 'countersign-look-';
/** The process that owns it comes before the random part. */
const NAME = /^countersign-look-(\d+)-[A-Za-z0-9]{6}$/;

export function openScratch(parent: string): string {
  mkdirSync(parent, { recursive: true, mode: 0o700 });
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-`));
}

/** Removes the folders of processes that are gone; others may be looking at this moment. */
export async function sweepScratch(parent: string): Promise<void> {
  const names = await namesIn(parent);
  for (const name of names) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (!(pid > 0) || isRunning(pid)) continue;
    const path = join(parent, name);
    if (await isOwnFolder(path)) await rm(path, { recursive: true, force: true });
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsence(error)) return [];
    throw error;
  }
}

/** In a shared folder anybody may choose such a name. */
async function isOwnFolder(path: string): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isDirectory() && stats.uid === process.getuid?.();
  } catch (error) {
    if (isAbsence(error)) return false;
    throw error;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Whoever may not be signalled is there.
    return !(error instanceof Error && 'code' in error && error.code === 'ESRCH');
  }
}

/** Small files that only their owner may read, replaced as a whole. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

import { readSmallFile } from '../config/small-file.ts';
import { usable } from './private-folder.ts';

/** What five hundred sessions with as many denials as are kept take, and more. */
const MAX_BYTES = 128 * 1024 * 1024;

/** The parsed content; `undefined` when the file does not exist. Anything else that goes wrong throws. */
export function readJson(file: string): unknown {
  const text = readSmallFile(file, MAX_BYTES);
  return text === undefined ? undefined : JSON.parse(text);
}

export function writeJson(file: string, value: unknown): void {
  writePrivate(file, `${JSON.stringify(value, undefined, 2)}\n`);
}

/** Writes beside, syncs, renames: a reader sees the old content or the new one, and a full disk leaves the old. */
export function writePrivate(file: string, content: string | Buffer): void {
  usable(file, () => mkdirSync(dirname(file), { recursive: true, mode: 0o700 }));
  const beside = `${file}.${process.pid}.new`;
  usable(file, () => replace(file, beside, content));
}

function replace(file: string, beside: string, content: string | Buffer): void {
  try {
    // All of it or an exception: one call of the system may write less than it was given.
    writeFileSync(beside, content, { mode: 0o600, flush: true });
    renameSync(beside, file);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
}

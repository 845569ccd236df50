/** Paths as the kernel would resolve them, and where they stand to each other. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Stats } from 'node:fs';

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

export function isBelow(path: string, folder: string): boolean {
  return path !== folder && isWithin(path, folder);
}

/** Whether a failure only says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** `undefined` when there is nothing; never follows a symlink at the end. */
export async function lstatOrAbsent(path: string): Promise<Stats | undefined> {
  try {
    return await lstat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Every symlink resolved as far as the path exists; the rest is appended as it is spelled. */
export async function realPathOf(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isAbsence(error) || parent === path) throw error;
    return join(await realPathOf(parent), basename(path));
  }
}

/** Where the entry itself lies: symlinks of its parents are resolved, its own is not. What `rm` acts on. */
export async function physicalPathOf(path: string): Promise<string> {
  const absolute = resolve('/', path);
  if (absolute === '/') return '/';
  return join(await realPathOf(dirname(absolute)), basename(absolute));
}

/** Paths as the kernel would resolve them, and where they stand to each other. */
import { lstatSync, type Stats } from 'node:fs';
import { lstat, readlink, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { LookFailure } from './look-context.ts';
import { isOnOwnDisk } from './mounts.ts';
import { resolvedAtOnce } from './resolved-at-once.ts';

export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

export function isBelow(path: string, folder: string): boolean {
  return path !== folder && isWithin(path, folder);
}

/** As `relative`, which takes both paths apart each time; asked for each of thousands of files. */
export function nameIn(root: string, path: string): string {
  const isPlain = root !== '/' && path.startsWith(`${root}/`) && !path.endsWith('/');
  return isPlain ? path.slice(root.length + 1) : relative(root, path);
}

/** Whether a failure only says that there is nothing at a path. */
export function isAbsence(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * `undefined` when there is nothing; never follows a symlink at the end. Where nobody is waited for it takes no thread:
 * handing a call to one and back costs many times the call.
 */
export async function lstatOrAbsent(path: string): Promise<Stats | undefined> {
  try {
    return isOnOwnDisk(path) ? lstatSync(path, { throwIfNoEntry: false }) : await lstat(path);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** The same of what a symlink at the end leads to. */
export async function statOrAbsent(path: string): Promise<Stats | undefined> {
  try {
    const stats = await lstatOrAbsent(path);
    return stats?.isSymbolicLink() === true ? await stat(path) : stats;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Every symlink resolved as far as the path exists; the rest is appended as it is spelled. */
export async function realPathOf(path: string): Promise<string> {
  const absolute = resolve('/', path);
  refuseOwnView(absolute);
  const found = resolvedAtOnce(absolute);
  if (found !== undefined) return found;
  const real = await resolvedPath(absolute);
  if (real !== absolute) await followLinks(absolute);
  return real;
}

async function resolvedPath(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (!isAbsence(error) || parent === path) throw error;
    return join(await resolvedPath(parent), basename(path));
  }
}

/**
 * What an operation acts on. Symlinks of its parents are resolved, its own is not, for that is what `rm` takes away;
 * with a slash at its end the name means what the link points to.
 */
export async function physicalPathOf(path: string): Promise<string> {
  const absolute = resolve('/', path);
  if (absolute === '/' || path.endsWith('/')) return realPathOf(absolute);
  return join(await realPathOf(dirname(absolute)), basename(absolute));
}

/** Names that mean something else to each process: looked at from here they would show this worker's own folders. */
const OWN_VIEW = /^\/(?:proc|dev\/fd)(?:\/|$)/u;

function refuseOwnView(path: string): void {
  if (OWN_VIEW.test(path)) throw new LookFailure('the name means something else to each process');
}

/** As many as the kernel follows. */
const MAX_LINKS = 40;

/** INVARIANT: no link on the way leads through a name that each process reads differently. */
async function followLinks(path: string): Promise<void> {
  const parts = path.split('/');
  let at = '/';
  for (let links = 0; parts.length > 0 && links <= MAX_LINKS;) {
    at = resolve(at, parts.shift() ?? '');
    refuseOwnView(at);
    const target = await linkTarget(at);
    if (target === undefined) continue;
    links += 1;
    parts.unshift(...target.split('/'));
    at = target.startsWith('/') ? '/' : dirname(at);
  }
}

async function linkTarget(path: string): Promise<string | undefined> {
  const stats = await lstatOrAbsent(path);
  return stats?.isSymbolicLink() === true ? readlink(path) : undefined;
}

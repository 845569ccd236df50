/** A folder is held open while something in it is touched, so that no link can take its place meanwhile. */
import { constants } from 'node:fs';
import { open, readlink, realpath, type FileHandle } from 'node:fs/promises';

import { bytesOf, type RawPath } from './raw-path.ts';
import { Refusal } from './safe-open.ts';

const ELSEWHERE = 'its folder is a link to elsewhere by now, or gone';
/** Not among Node's constants: a folder that may be entered need not be one that may be listed. */
const O_PATH = process.platform === 'linux' ? 0x20_0000 : 0;
const FLAGS = O_PATH | constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

export function folderOf(path: RawPath): RawPath {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 1));
}

export function nameOf(path: RawPath): RawPath {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** `held` is a name of the path that leads to the same place for as long as the work goes on. */
export async function withFolderHeld<T>(path: RawPath, work: (held: RawPath) => Promise<T>): Promise<T> {
  const folder = folderOf(path);
  const handle = await openHeld(folder);
  try {
    return await work(`${await nameOfHeld(handle, folder)}/${nameOf(path)}`);
  } finally {
    await handle.close();
  }
}

async function openHeld(folder: RawPath): Promise<FileHandle> {
  try {
    return await open(bytesOf(folder), FLAGS);
  } catch (cause) {
    throw new Refusal(ELSEWHERE, { cause });
  }
}

async function nameOfHeld({ fd }: FileHandle, folder: RawPath): Promise<RawPath> {
  const onLinux = process.platform === 'linux';
  const name = onLinux ? `/proc/self/fd/${fd}` : folder;
  const encoding = 'latin1';
  const real = await (onLinux ? readlink(name, { encoding }) : realpath(bytesOf(folder), { encoding }));
  if (real !== folder) throw new Refusal(ELSEWHERE);
  return name === '/' ? '' : name;
}

/** INVARIANT: what is open lies in the folder that its path names, without a link on the way. Elsewhere than on Linux the path is looked at. */
export async function isAt(fd: number, path: RawPath): Promise<boolean> {
  const encoding = 'latin1';
  const folder = folderOf(path);
  // The last name may be spelled otherwise where a file system takes no account of case.
  if (process.platform === 'linux') return folderOf(await readlink(`/proc/self/fd/${fd}`, { encoding })) === folder;
  return (await realpath(bytesOf(folder), { encoding })) === folder;
}

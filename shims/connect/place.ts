/** The file of a client's settings: looked at with care, replaced as a whole, and only where it is the person's own. */
import { existsSync, lstatSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmdirSync, rmSync, statSync, type Stats } from 'node:fs'; // prettier-ignore
import { dirname } from 'node:path';

import { replaceFile } from '../atomic-file.ts';
import { Refusal } from './refusal.ts';

/** Settings are small; what is larger is something else. */
const MAX_BYTES = 4 * 1024 * 1024;
const PRIVATE = 0o600;

export type Spot = {
  readonly path: string;
  readonly real: string;
  readonly mode: number;
  /** `undefined` where nothing lies. */
  readonly bytes: Buffer | undefined;
};

/** INVARIANT: nothing is taken for settings but a regular file of this user that nobody else may write. */
export function lookAtSpot(path: string): Spot {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return { path, real: path, mode: PRIVATE, bytes: undefined };
  if (found.isSymbolicLink() && !existsSync(path))
    throw new Refusal(path, `is a symbolic link to \`${readlinkSync(path)}\`, where nothing lies`);
  const real = realpathSync(path);
  const stats = statSync(real);
  if (!stats.isFile()) throw new Refusal(path, 'is no file');
  requireOwn(path, real, stats);
  if (stats.size > MAX_BYTES) throw new Refusal(path, `has ${stats.size} bytes, more than settings have`);
  const bytes = readFileSync(real);
  if (!Buffer.from(bytes.toString('utf8')).equals(bytes)) throw new Refusal(path, 'is no text in UTF-8');
  return { path, real, mode: stats.mode & 0o7777, bytes };
}

function requireOwn(path: string, real: string, { uid, mode, nlink }: Stats): void {
  const name = real === path ? '' : ` leads to \`${real}\`, which`;
  if (uid !== process.getuid?.()) throw new Refusal(path, `${name} belongs to another user`.trim());
  if ((mode & 0o022) !== 0) throw new Refusal(path, `${name} can be written by others; chmod go-w`.trim());
  if ((mode & 0o200) === 0) throw new Refusal(path, `${name} is read-only; chmod u+w first`.trim());
  if (nlink > 1) throw new Refusal(path, `${name} has another name as well (a hard link), which would be cut off`.trim()); // prettier-ignore
  const folder = statSync(dirname(real));
  if (folder.uid !== uid || (folder.mode & 0o022) !== 0)
    throw new Refusal(path, `${name} lies in a folder that others may change`.trim());
}

/** Returns the folders that it had to make, the outermost first. */
export function writeSpot(spot: Spot, content: string, mode = spot.mode): string[] {
  requireUnchanged(spot);
  const folders = missingFolders(dirname(spot.real));
  for (const folder of folders) mkdirSync(folder, { mode: 0o700 });
  replaceFile(spot.real, content, mode);
  return folders;
}

export function removeSpot(spot: Spot, folders: readonly string[]): void {
  requireUnchanged(spot);
  rmSync(spot.real, { force: true });
  for (const folder of folders.toReversed()) removeIfEmpty(folder);
}

function requireUnchanged({ path, bytes }: Spot): void {
  const now = lookAtSpot(path).bytes;
  const same = now === undefined || bytes === undefined ? now === bytes : now.equals(bytes);
  if (!same) throw new Refusal(path, 'was changed while you were asked; look again');
}

function missingFolders(folder: string): string[] {
  return existsSync(folder) ? [] : [...missingFolders(dirname(folder)), folder];
}

function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch (error) {
    // Something else lies there by now, or somebody removed it.
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

/** Resolves symlinks without threads where every step lies on the machine's own disks. */
import { lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { isOnOwnDisk } from './mounts.ts';

/** As many as the kernel follows. */
const MAX_LINKS = 40;
/** What such a link leads to has to be a folder. */
const MEANS_A_FOLDER = /(?:^|\/)\.?$/u;

/**
 * The physical path, or `undefined`: something is not there, may not be looked at, or might keep the look waiting.
 *
 * @param path absolute and without `.` and `..`, which a symlink can bring back.
 */
export function resolvedAtOnce(path: string): string | undefined {
  const parts = partsOf(path).toReversed();
  let at = '/';
  try {
    for (let links = 0, name = parts.pop(); name !== undefined; name = parts.pop()) {
      const next = join(at, name);
      if (!isOnOwnDisk(next)) return undefined;
      const stats = lstatSync(next, { throwIfNoEntry: false });
      if (stats === undefined) return undefined;
      if (stats.isSymbolicLink()) {
        const target = readlinkSync(next);
        if (++links > MAX_LINKS || MEANS_A_FOLDER.test(target)) return undefined;
        parts.push(...partsOf(target).toReversed());
        if (target.startsWith('/')) at = '/';
      } else if (parts.length > 0 && !stats.isDirectory()) return undefined;
      else at = next;
    }
  } catch {
    // The slower way says what is wrong with it.
    return undefined;
  }
  return at;
}

function partsOf(path: string): string[] {
  return path.split('/').filter((part) => part !== '' && part !== '.');
}

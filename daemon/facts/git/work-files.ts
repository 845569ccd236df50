/** Whether a file of the work tree still is what the index says, by its times and, where those do not tell, by its content. */
import { lstatSync, readlinkSync, type BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { isAbsence } from '../paths.ts';
import { readNow } from '../safe-file.ts';
import { CannotTell } from './cannot-tell.ts';
import { lastValue } from './git-config.ts';
import type { EntryStat, IndexEntry } from './index/index-file.ts';
import type { ReadIndex } from './index/kept-index.ts';
import { hashOf } from './objects.ts';
import type { RepoView } from './repo-view.ts';

type WorkFiles = { differs(entry: IndexEntry): boolean };

/** Beyond these git reads them faster. */
const MAX_READ_FILES = 256;
const MAX_READ_BYTES = 8_388_608;
const MAX_FILE_BYTES = 1_048_576;

const SYMLINK_MODE = 0o120_000;
const EXECUTABLE_MODE = 0o100_755;
const PLAIN_MODE = 0o100_644;
const OWNER_EXECUTES = 0o100n;
const LOW_32 = 0xff_ff_ff_ffn;

/** @param target relative to the root; no folder above it is a symlink. */
export function createWorkFiles(repo: RepoView, index: ReadIndex, target: string): WorkFiles {
  const isPlain = plainFolders(repo.root, target);
  const converts = conversions(repo, index);
  let files = 0;
  let bytes = 0;
  return {
    differs(entry) {
      const { name, mode, oid, stat } = entry;
      if (!isPlain(dirname(name))) return true;
      const found = statsOf(join(repo.root, name));
      if (found === undefined || modeOf(found) !== mode) return true;
      // INVARIANT: what was changed in the second in which the index was written may have changed after it.
      if (isAsNoted(found, stat) && stat.mtimeSec < index.writtenSec) return false;
      if (converts(name)) throw new CannotTell('files that git may store otherwise');
      // Git notes a size of 0 for what it wants to compare by content.
      if (stat.size !== 0 && stat.size !== Number(found.size & LOW_32)) return true;
      bytes += Number(found.size);
      if (++files > MAX_READ_FILES || bytes > MAX_READ_BYTES || found.size > MAX_FILE_BYTES) throw new CannotTell('much to compare'); // prettier-ignore
      return hashOf('blob', contentOf(join(repo.root, name), mode)) !== oid;
    },
  };
}

/** Whether a folder and those above it, up to the target, are folders and no links to some. */
function plainFolders(root: string, target: string): (folder: string) => boolean {
  const known = new Map<string, boolean>([['.', true]]);
  for (let above = target === '' ? '.' : dirname(target); above !== '.'; above = dirname(above)) known.set(above, true);
  const isPlain = (folder: string): boolean => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const plain = isPlain(dirname(folder)) && statsOf(join(root, folder))?.isDirectory() === true;
    known.set(folder, plain);
    return plain;
  };
  return isPlain;
}

function statsOf(path: string): BigIntStats | undefined {
  try {
    return lstatSync(path, { bigint: true });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new CannotTell('a file that may not be looked at', { cause: error });
  }
}

function modeOf(stats: BigIntStats): number | undefined {
  if (stats.isSymbolicLink()) return SYMLINK_MODE;
  if (!stats.isFile()) return undefined;
  return (stats.mode & OWNER_EXECUTES) === 0n ? PLAIN_MODE : EXECUTABLE_MODE;
}

const NS_PER_SEC = 1_000_000_000n;

function isAsNoted(found: BigIntStats, noted: EntryStat): boolean {
  const pairs: readonly (readonly [bigint, number])[] = [
    [found.mtimeNs / NS_PER_SEC, noted.mtimeSec],
    [found.mtimeNs % NS_PER_SEC, noted.mtimeNs],
    [found.ctimeNs / NS_PER_SEC, noted.ctimeSec],
    [found.ctimeNs % NS_PER_SEC, noted.ctimeNs],
    [found.ino, noted.ino],
    [found.uid, noted.uid],
    [found.gid, noted.gid],
    [found.size, noted.size],
  ];
  return pairs.every(([now, then]) => Number(now & LOW_32) === then);
}

function contentOf(path: string, mode: number): Uint8Array {
  return mode === SYMLINK_MODE ? readlinkSync(path, 'buffer') : readNow(path, MAX_FILE_BYTES);
}

/** Attributes and settings can have git store other bytes than the work tree holds; then only git can compare. */
function conversions({ root, commonDir, config }: RepoView, { byName }: ReadIndex): (name: string) => boolean {
  const always =
    (lastValue(config, 'core.autocrlf') ?? 'false') !== 'false' ||
    statsOf(join(commonDir, 'info/attributes')) !== undefined;
  const known = new Map<string, boolean>();
  const within = (folder: string): boolean => {
    const before = known.get(folder);
    if (before !== undefined) return before;
    const path = folder === '.' ? '.gitattributes' : `${folder}/.gitattributes`;
    const here = byName.has(path) || statsOf(join(root, path)) !== undefined;
    const found = here || (folder !== '.' && within(dirname(folder)));
    known.set(folder, found);
    return found;
  };
  return (name) => always || within(dirname(name));
}

/** Reads the index of a repository, once for as long as the file stays the same. */
import { closeSync, constants, fstatSync, openSync, readSync, type BigIntStats } from 'node:fs';
import { CannotTell } from '../cannot-tell.ts';
import { isAbsence } from '../../paths.ts';
import { parseIndex, type IndexFile } from './index-file.ts';

export type ReadIndex = IndexFile & {
  /** When it was written, in whole seconds: what changed in the same second may have changed after it. */
  readonly writtenSec: number;
};

export type KeptIndexes = { read(path: string): ReadIndex };

/** Some thirty thousand files; git is asked about larger ones. */
const MAX_INDEX_BYTES = 4_194_304;
const MAX_KEPT = 8;
/** The coarsest clock of a file system in use. */
const SETTLED_MS = 2_500;
const FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

const EMPTY: ReadIndex = { entries: [], byName: new Map(), folders: new Map(), cacheTree: undefined, writtenSec: 0 };

export function createKeptIndexes(now: () => number): KeptIndexes {
  const kept = new Map<string, { readonly stamp: string; readonly index: ReadIndex }>();
  const keep = (path: string, stamp: string, index: ReadIndex): void => {
    kept.delete(path);
    kept.set(path, { stamp, index });
    const [oldest] = kept.keys();
    if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  };
  return {
    read(path) {
      const file = openOrAbsent(path);
      if (file === undefined) return EMPTY;
      try {
        const stats = fstatSync(file, { bigint: true });
        const stamp = [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(':');
        const before = kept.get(path);
        if (before?.stamp === stamp) return before.index;
        const index = { ...parseIndex(readAll(file, stats)), writtenSec: Number(stats.mtimeNs / 1_000_000_000n) };
        // What changed a moment ago can change again without its times telling.
        if (Number(stats.ctimeMs) < now() - SETTLED_MS) keep(path, stamp, index);
        return index;
      } finally {
        closeSync(file);
      }
    },
  };
}

function openOrAbsent(path: string): number | undefined {
  try {
    return openSync(path, FLAGS);
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw new CannotTell('the index cannot be opened', { cause: error });
  }
}

function readAll(file: number, { size, ...stats }: BigIntStats): Buffer {
  if ((stats.mode & BigInt(constants.S_IFMT)) !== BigInt(constants.S_IFREG)) throw new CannotTell('the index is no file'); // prettier-ignore
  if (size > MAX_INDEX_BYTES) throw new CannotTell('a large index');
  const bytes = Buffer.alloc(Number(size));
  for (let at = 0; at < bytes.length;) {
    const read = readSync(file, bytes, at, bytes.length - at, at);
    if (read === 0) throw new CannotTell('the index is cut short');
    at += read;
  }
  return bytes;
}

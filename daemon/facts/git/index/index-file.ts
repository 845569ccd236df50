/** The index of a repository as git writes it: what is tracked, and how each file looked when git last compared it. */
import { CannotTell } from '../cannot-tell.ts';
import { parseCacheTree, type CacheTree } from './cache-tree.ts';

export type IndexEntry = {
  readonly name: string;
  /** Not 0 while a merge is not resolved. */
  readonly stage: number;
  readonly mode: number;
  readonly oid: string;
  /** Said to be added later: there is no content yet. */
  readonly intended: boolean;
  readonly stat: EntryStat;
};

/** As `lstat` told it, each cut to 32 bits. */
export type EntryStat = {
  readonly ctimeSec: number;
  readonly ctimeNs: number;
  readonly mtimeSec: number;
  readonly mtimeNs: number;
  readonly ino: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
};

export type IndexFile = {
  readonly entries: readonly IndexEntry[];
  readonly byName: ReadonlyMap<string, IndexEntry>;
  readonly folders: ReadonlyMap<string, IndexFolder>;
  /** Trees of unchanged folders; absent when git wrote none. */
  readonly cacheTree: CacheTree | undefined;
};

type IndexFolder = {
  readonly files: ReadonlyMap<string, IndexEntry>;
  /** Names of the folders in it. */
  readonly folders: ReadonlySet<string>;
  /** In it and below it. */
  readonly entries: readonly IndexEntry[];
};

/** Names that share a beginning are written once; all of them together can be thousands of times the file. */
const MAX_NAMES_BYTES = 16_777_216;
/** Of the names of all folders that the files lie in: some fifty milliseconds of work. */
const MAX_FOLDER_CHARS = 67_108_864;

const FIXED_BYTES = 62;
const OID_BYTES = 20;
const ASSUME_VALID = 0x80_00;
const EXTENDED = 0x40_00;
const SKIP_WORKTREE = 0x40_00;
const INTENT_TO_ADD = 0x20_00;

/** @param bytes of a repository with SHA-1 names. */
export function parseIndex(bytes: Buffer): IndexFile {
  try {
    return parse(bytes);
  } catch (error) {
    if (error instanceof RangeError) throw new CannotTell('the index is cut short', { cause: error });
    throw error;
  }
}

function parse(bytes: Buffer): IndexFile {
  const version = bytes.readUInt32BE(4);
  if (bytes.toString('latin1', 0, 4) !== 'DIRC' || version < 2 || version > 4) throw new CannotTell('an index of another format'); // prettier-ignore
  const entries: IndexEntry[] = [];
  const count = bytes.readUInt32BE(8);
  let at = 12;
  let before: Buffer = Buffer.alloc(0);
  let names = 0;
  for (let index = 0; index < count; index++) {
    const { entry, name, end } = readEntry(bytes, at, version, before);
    entries.push(entry);
    names += name.length;
    if (names > MAX_NAMES_BYTES) throw new CannotTell('long names');
    before = name;
    at = end;
  }
  return {
    entries,
    byName: new Map(entries.map((entry) => [entry.name, entry])),
    folders: groupedByFolder(entries),
    cacheTree: cacheTreeIn(bytes, at),
  };
}

type Read = { readonly entry: IndexEntry; readonly name: Buffer; readonly end: number };

function readEntry(bytes: Buffer, at: number, version: number, before: Buffer): Read {
  const flags = bytes.readUInt16BE(at + 60);
  const extended = (flags & EXTENDED) === 0 ? 0 : bytes.readUInt16BE(at + FIXED_BYTES);
  // What git was told not to look at is for git to answer.
  if ((flags & ASSUME_VALID) !== 0 || (extended & SKIP_WORKTREE) !== 0)
    throw new CannotTell('files git looks away from');
  const start = at + FIXED_BYTES + ((flags & EXTENDED) === 0 ? 0 : 2);
  const { name, end } = version === 4 ? sharedName(bytes, start, before) : paddedName(bytes, at, start);
  const text = name.toString('utf8');
  if (text.includes('\uFFFD')) throw new CannotTell('names that are not text');
  const word = (offset: number): number => bytes.readUInt32BE(at + offset);
  const entry: IndexEntry = {
    name: text,
    stage: (flags >> 12) & 3,
    mode: word(24),
    oid: bytes.toString('hex', at + 40, at + 40 + OID_BYTES),
    intended: (extended & INTENT_TO_ADD) !== 0,
    stat: { ctimeSec: word(0), ctimeNs: word(4), mtimeSec: word(8), mtimeNs: word(12), ino: word(20), uid: word(28), gid: word(32), size: word(36) }, // prettier-ignore
  };
  return { entry, name, end };
}

type Name = { readonly name: Buffer; readonly end: number };

/** Up to the next multiple of eight, with at least one zero. */
function paddedName(bytes: Buffer, at: number, start: number): Name {
  const end = zeroAfter(bytes, start);
  return { name: bytes.subarray(start, end), end: at + ((end - at + 8) & ~7) };
}

/** Version 4 says how much of the end of the name before it goes, and what comes instead. */
function sharedName(bytes: Buffer, start: number, before: Buffer): Name {
  let at = start;
  let byte = bytes.readUInt8(at++);
  let drop = byte & 127;
  while ((byte & 128) !== 0) {
    byte = bytes.readUInt8(at++);
    drop = ((drop + 1) << 7) + (byte & 127);
  }
  const end = zeroAfter(bytes, at);
  if (drop > before.length || drop < 0) throw new CannotTell('the index is damaged');
  return { name: Buffer.concat([before.subarray(0, before.length - drop), bytes.subarray(at, end)]), end: end + 1 };
}

function zeroAfter(bytes: Buffer, start: number): number {
  const end = bytes.indexOf(0, start);
  if (end === -1) throw new CannotTell('the index is cut short');
  return end;
}

/** Extensions whose name begins with a small letter change what the entries mean: a split or sparse index, for one. */
function cacheTreeIn(bytes: Buffer, from: number): CacheTree | undefined {
  let found: CacheTree | undefined;
  let at = from;
  while (at < bytes.length - OID_BYTES) {
    const name = bytes.toString('latin1', at, at + 4);
    const size = bytes.readUInt32BE(at + 4);
    if (!/^[A-Z]/u.test(name)) throw new CannotTell('an index with an extension that is not read');
    if (at + 8 + size > bytes.length - OID_BYTES) throw new CannotTell('the index is damaged');
    if (name === 'TREE') found = parseCacheTree(bytes.subarray(at + 8, at + 8 + size));
    at += 8 + size;
  }
  return found;
}

type Growing = {
  readonly files: Map<string, IndexEntry>;
  readonly folders: Set<string>;
  readonly entries: IndexEntry[];
};

function groupedByFolder(entries: readonly IndexEntry[]): ReadonlyMap<string, IndexFolder> {
  const grouped = new Map<string, Growing>();
  const folderAt = (path: string): Growing => {
    const known = grouped.get(path) ?? {
      files: new Map<string, IndexEntry>(),
      folders: new Set<string>(),
      entries: [],
    };
    grouped.set(path, known);
    return known;
  };
  let chars = 0;
  for (const entry of entries) {
    let below = entry.name;
    for (let end = below.lastIndexOf('/'); ; end = below.lastIndexOf('/')) {
      chars += below.length;
      if (chars > MAX_FOLDER_CHARS) throw new CannotTell('deep folders');
      const folder = folderAt(end === -1 ? '' : below.slice(0, end));
      folder.entries.push(entry);
      if (below === entry.name) folder.files.set(below.slice(end + 1), entry);
      else folder.folders.add(below.slice(end + 1));
      if (end === -1) break;
      below = below.slice(0, end);
    }
  }
  return grouped;
}

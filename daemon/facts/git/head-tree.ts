/** What HEAD has: its trees, read folder by folder. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readSafely } from '../safe-file.ts';
import { CannotTell } from './cannot-tell.ts';
import type { GitObject, KeptObjects } from './objects.ts';
import type { RepoView } from './repo-view.ts';

export type TreeEntry = { readonly mode: number; readonly oid: string };
export type Tree = ReadonlyMap<string, TreeEntry>;

export type HeadTree = {
  readonly root: string;
  /** Trees by their names, in one go. */
  trees(oids: readonly string[]): Promise<ReadonlyMap<string, Tree>>;
  /** The entry at a path relative to the root of the work tree. */
  at(path: string): Promise<TreeEntry | undefined>;
  /** The content of a file that HEAD has. */
  blob(oid: string): Promise<Buffer>;
};

export const FOLDER_MODE = 0o40_000;

const OID_BYTES = 20;
const OID = /^[0-9a-f]{40}$/u;
/** Names that mean the same to every part of git and to every file system. */
const PLAIN_REF = /^refs\/heads\/(?!.*\.\.)[\w.+@#/-]+$/u;
const MAX_REF_BYTES = 1_024;
const MAX_PACKED_REFS_BYTES = 4_194_304;

export async function headTree(repo: RepoView, objects: KeptObjects): Promise<HeadTree> {
  const commit = await commitOf(repo);
  const parsed = new Map<string, Tree>();
  const read = async (oid: string, type: string): Promise<Buffer> => {
    const object = (await objects.read(repo, [oid])).get(oid);
    if (object?.type !== type) throw new CannotTell(`not a ${type}`);
    return object.bytes;
  };
  // A commit is of no use without its tree, and each question takes a process of its own.
  if (!objects.has(commit)) await objects.read(repo, [commit, `${commit}^{tree}`]);
  else if (!mayHold(repo, commit)) throw new CannotTell('a commit that may be gone');
  const root = /^tree ([0-9a-f]{40})\n/u.exec((await read(commit, 'commit')).toString('latin1'))?.[1];
  if (root === undefined) throw new CannotTell('a commit without a tree');
  const trees = async (oids: readonly string[]): Promise<ReadonlyMap<string, Tree>> => {
    const wanted = oids.filter((oid) => !parsed.has(oid));
    for (const [oid, object] of await objects.read(repo, wanted)) {
      if (object.type !== 'tree') throw new CannotTell('not a tree');
      parsed.set(oid, treeOf(object));
    }
    return parsed;
  };
  const at = async (path: string): Promise<TreeEntry | undefined> => {
    let entry: TreeEntry | undefined = { mode: FOLDER_MODE, oid: root };
    for (const name of path.split('/')) {
      if (entry?.mode !== FOLDER_MODE) return undefined;
      entry = (await trees([entry.oid])).get(entry.oid)?.get(name);
    }
    return entry;
  };
  return { root, trees, at, blob: (oid) => read(oid, 'blob') };
}

/** INVARIANT: what was read of a repository before proves nothing once the repository is without it. */
function mayHold({ commonDir }: RepoView, oid: string): boolean {
  const store = join(commonDir, 'objects');
  if (isThere(join(store, oid.slice(0, 2), oid.slice(2))) || isThere(join(store, 'info/alternates'))) return true;
  const packs = join(store, 'pack');
  return isThere(packs) && readdirSync(packs).some((name) => name.endsWith('.pack'));
}

function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

/** Of objects that are kept, for as long as they are. */
const treesOf = new WeakMap<GitObject, Tree>();

function treeOf(object: GitObject): Tree {
  const known = treesOf.get(object) ?? parseTree(object.bytes);
  treesOf.set(object, known);
  return known;
}

/** `<mode> <name>\0<20 bytes>` for each entry. */
function parseTree(bytes: Buffer): Tree {
  const entries = new Map<string, TreeEntry>();
  for (let at = 0; at < bytes.length;) {
    const blank = bytes.indexOf(0x20, at);
    const zero = bytes.indexOf(0, blank);
    const name = bytes.toString('utf8', blank + 1, zero);
    if (blank === -1 || zero === -1 || name.includes('\uFFFD')) throw new CannotTell('a tree that is not read');
    const mode = Number.parseInt(bytes.toString('latin1', at, blank), 8);
    entries.set(name, { mode, oid: bytes.toString('hex', zero + 1, zero + 1 + OID_BYTES) });
    at = zero + 1 + OID_BYTES;
  }
  return entries;
}

async function commitOf({ head, commonDir }: RepoView): Promise<string> {
  if (OID.test(head)) return head;
  if (!PLAIN_REF.test(head)) throw new CannotTell('a HEAD of another kind');
  const loose = await readRef(join(commonDir, head), MAX_REF_BYTES);
  const commit = loose?.trimEnd() ?? packed((await readRef(join(commonDir, 'packed-refs'), MAX_PACKED_REFS_BYTES)) ?? '', head); // prettier-ignore
  // A branch without commits, or a reference to another.
  if (commit === undefined || !OID.test(commit)) throw new CannotTell('a HEAD without a commit');
  return commit;
}

function packed(refs: string, name: string): string | undefined {
  return new RegExp(`^([0-9a-f]{40}) ${name.replaceAll(/[.+]/gu, '\\$&')}$`, 'mu').exec(refs)?.[1];
}

async function readRef(path: string, maxBytes: number): Promise<string | undefined> {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats === undefined || stats.isDirectory()) return undefined;
  if (!stats.isFile()) throw new CannotTell('a reference that is no file');
  const read = await readSafely(path, maxBytes);
  if (read.kind === 'too-large') throw new CannotTell('many references');
  return read.kind === 'missing' ? undefined : read.bytes.toString('utf8');
}

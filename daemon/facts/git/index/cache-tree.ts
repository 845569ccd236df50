/** The trees that git noted in its index for folders in which nothing was staged since. */
import { CannotTell } from '../cannot-tell.ts';

export type CacheTree = {
  /** Entries of the index below it; negative when something was staged since. */
  readonly entries: number;
  /** Empty when something was staged since. */
  readonly oid: string;
  readonly folders: ReadonlyMap<string, CacheTree>;
};

const OID_BYTES = 20;
const MAX_DEPTH = 256;

/** Each node: name, zero, `<entries> <folders>`, newline, name of its tree if it is valid, then its folders. */
export function parseCacheTree(bytes: Buffer): CacheTree {
  return readNode({ bytes, at: 0 }, 0).node;
}

type Cursor = { readonly bytes: Buffer; at: number };

function readNode(cursor: Cursor, depth: number): { readonly name: string; readonly node: CacheTree } {
  if (depth > MAX_DEPTH) throw new CannotTell('folders of the index are too deep');
  const name = upTo(cursor, 0);
  const [, entries, folders] = /^(-?\d+) (\d+)$/u.exec(upTo(cursor, 0x0a)) ?? [];
  if (entries === undefined || folders === undefined) throw new CannotTell('the index is damaged');
  const oid = Number(entries) < 0 ? '' : cursor.bytes.toString('hex', cursor.at, cursor.at + OID_BYTES);
  if (Number(entries) >= 0) cursor.at += OID_BYTES;
  const below = new Map<string, CacheTree>();
  for (let index = 0; index < Number(folders); index++) {
    const folder = readNode(cursor, depth + 1);
    below.set(folder.name, folder.node);
  }
  return { name, node: { entries: Number(entries), oid, folders: below } };
}

function upTo(cursor: Cursor, byte: number): string {
  const end = cursor.bytes.indexOf(byte, cursor.at);
  if (end === -1) throw new CannotTell('the index is damaged');
  const text = cursor.bytes.toString('utf8', cursor.at, end);
  cursor.at = end + 1;
  return text;
}

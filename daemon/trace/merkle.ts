/** The RFC 9162 tree over the hashes of all frames, of which only the right edge is kept. */
import { createHash } from 'node:crypto';

export type Tree = { readonly size: number; readonly edge: readonly Buffer[] };

export const EMPTY_TREE: Tree = { size: 0, edge: [] };

export function appendLeaf({ size, edge }: Tree, leaf: Buffer): Tree {
  const next = [...edge];
  let node = hash(0, leaf);
  // Each trailing one of the old size is a full subtree of the same height as the new node.
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) node = hash(1, next.pop() ?? node, node);
  next.push(node);
  return { size: size + 1, edge: next };
}

export function treeRoot({ edge }: Tree): Buffer {
  if (edge.length === 0) return createHash('sha256').digest();
  return edge.reduceRight((right, left) => hash(1, left, right));
}

export function treeFrom(size: number, edge: Buffer): Tree {
  const nodes = Array.from({ length: edge.length / 32 }, (_, at) => edge.subarray(at * 32, at * 32 + 32));
  return { size, edge: nodes };
}

function hash(prefix: 0 | 1, ...parts: readonly Buffer[]): Buffer {
  const digest = createHash('sha256').update(Buffer.of(prefix));
  for (const part of parts) digest.update(part);
  return digest.digest();
}

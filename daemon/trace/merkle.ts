/** The RFC 9162 tree over the hashes of all frames, of which only the right edge is kept. */
import { hash } from 'node:crypto';

export type Tree = { readonly size: number; readonly edge: readonly Buffer[] };

export const EMPTY_TREE: Tree = { size: 0, edge: [] };

export function appendLeaf({ size, edge }: Tree, leaf: Buffer): Tree {
  const next = [...edge];
  let top = node(0, leaf);
  // Each trailing one of the old size is a full subtree of the same height as the new one.
  for (let rest = size; rest % 2 === 1; rest = (rest - 1) / 2) top = node(1, next.pop() ?? top, top);
  next.push(top);
  return { size: size + 1, edge: next };
}

export function treeRoot({ edge }: Tree): Buffer {
  if (edge.length === 0) return hash('sha256', Buffer.alloc(0), 'buffer');
  return edge.reduceRight((right, left) => node(1, left, right));
}

export function treeFrom(size: number, edge: Buffer): Tree {
  const nodes = Array.from({ length: edge.length / 32 }, (_, at) => edge.subarray(at * 32, at * 32 + 32));
  return { size, edge: nodes };
}

const PREFIX = [Buffer.of(0), Buffer.of(1)] as const;

function node(prefix: 0 | 1, ...parts: readonly Buffer[]): Buffer {
  return hash('sha256', Buffer.concat([PREFIX[prefix], ...parts]), 'buffer');
}

/** The tree beside the vectors of RFC 6962 and a definition by recursion. */
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';

import { appendLeaf, EMPTY_TREE, treeFrom, treeRoot, type Tree } from '../../../daemon/trace/merkle.ts';
import { verifies } from '../../helpers/verifies.ts';

const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (leaf) => Buffer.from(leaf, 'hex'),
);

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

test(verifies('trace:tree'), () => {
  const roots = ROOTS.map((_, size) => treeRoot(treeOf(LEAVES.slice(0, size))).toString('hex'));
  expect(roots).toEqual(ROOTS);
});

test('the kept edge gives the root that the definition gives, for every size', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 130 }), (given) => {
      const leaves = given.map((leaf) => Buffer.from(leaf));
      expect(treeRoot(treeOf(leaves))).toEqual(rootByDefinition(leaves));
    }),
    { numRuns: 60 },
  );
});

test('a tree goes on from its stored edge', () => {
  for (let size = 0; size <= LEAVES.length; size++) {
    const { edge } = treeOf(LEAVES.slice(0, size));
    const restored = treeFrom(size, Buffer.concat(edge));
    expect(treeRoot(LEAVES.slice(size).reduce(appendLeaf, restored)).toString('hex')).toBe(ROOTS.at(-1));
  }
});

function treeOf(leaves: readonly Buffer[]): Tree {
  return leaves.reduce(appendLeaf, EMPTY_TREE);
}

/** MTH of RFC 9162, section 2.1.1. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (only === undefined) return sha256();
  if (leaves.length === 1) return sha256(Buffer.of(0), only);
  const split = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha256(Buffer.of(1), rootByDefinition(leaves.slice(0, split)), rootByDefinition(leaves.slice(split)));
}

function sha256(...parts: readonly Buffer[]): Buffer {
  return createHash('sha256').update(Buffer.concat(parts)).digest();
}

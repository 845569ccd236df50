/** What files outside the database say about the trace, read once. */
import type { KeyObject } from 'node:crypto';

import { checkpointHolds, parseCheckpoints, type Checkpoint } from './checkpoint.ts';
import { readCheckpoints, readHead, readLostHeads, type Head } from './witness.ts';

export type Trust = {
  readonly head: Head | undefined;
  /** In the order of the file, with signatures that hold or not. */
  readonly notes: readonly Checkpoint[];
  readonly lostHeads: number;
  readonly publicKey: KeyObject;
};

export function readTrust(witness: string, publicKey: KeyObject): Trust {
  const { heads } = readLostHeads(witness);
  return { head: readHead(witness), notes: readCheckpoints(witness).checkpoints, lostHeads: heads.length, publicKey };
}

/** Roots by size, from every note that the daemon's key signed. One size can have several: a chain may have been replaced. */
export function signedRoots(texts: Iterable<string>, publicKey: KeyObject): ReadonlyMap<number, ReadonlySet<string>> {
  const roots = new Map<number, Set<string>>();
  for (const text of texts) {
    for (const checkpoint of parseCheckpoints(`${text}\n`).checkpoints) {
      if (!checkpointHolds(checkpoint, publicKey)) continue;
      const { size, root } = checkpoint;
      roots.set(size, (roots.get(size) ?? new Set()).add(root));
    }
  }
  return roots;
}

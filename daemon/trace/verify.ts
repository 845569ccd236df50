/** Checks a trace against itself and against its witnesses outside the database. Needs no daemon. */
import type { KeyObject } from 'node:crypto';

import type { VerifyReport } from '../../protocol/trace.ts';
import { checkpointHolds, parseCheckpoints, type Checkpoint } from './checkpoint.ts';
import { openForReading } from './database.ts';
import { treeFrom, treeRoot } from './merkle.ts';
import { walkChain, type Bad, type Walk } from './walk.ts';
import { readCheckpoints, readHead, readLostHeads, type Head, type LostHeads } from './witness.ts';

export type VerifyInput = { readonly traceDb: string; readonly witness: string; readonly publicKey: KeyObject };

/** A checkpoint as the database remembers it. */
type Noted = {
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly edge: Buffer;
};

export function verifyTrace({ traceDb, witness, publicKey }: VerifyInput): VerifyReport {
  // Witnesses before the database: a daemon that goes on writing can only make the database longer.
  const lost = readLostHeads(witness);
  const head = readHead(witness);
  const { checkpoints, foreign } = readCheckpoints(witness);
  const db = openForReading(traceDb);
  try {
    return db.transaction(() => {
      const heads = head === undefined ? lost.heads : [...lost.heads, head];
      const walk = walkChain(db, wantedSeqs(heads, checkpoints));
      const noted = db.prepare('SELECT size, root, note, edge FROM checkpoints ORDER BY size').all() as Noted[]; // its columns
      const bad =
        walk.bad ??
        headProblem(walk, head, lost) ??
        checkpointProblem(walk, checkpoints, publicKey) ??
        notedProblem(walk, noted, readCheckpoints(witness).checkpoints) ??
        (foreign ? { problem: 'beside the checkpoints there is something that is none' } : undefined);
      return report(walk, bad, checkpoints, publicKey);
    })();
  } finally {
    db.close();
  }
}

function wantedSeqs(heads: readonly Head[], checkpoints: readonly Checkpoint[]): ReadonlySet<number> {
  return new Set([...heads.map((head) => head.seq), ...checkpoints.map((checkpoint) => checkpoint.size)]);
}

/** The newest head that was written outside, and every head that was once missing, has to be in the chain. */
function headProblem(walk: Walk, head: Head | undefined, lost: LostHeads): Bad | undefined {
  if (head === undefined && walk.events > 0)
    return { problem: 'the high-water mark outside the database is missing or spoilt' };
  if (lost.unreadable) return { problem: 'the high-water mark outside the database was once missing or spoilt' };
  for (const { seq, hash } of head === undefined ? lost.heads : [...lost.heads, head]) {
    if (seq > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
    if (walk.hashes.get(seq) !== hash) return { seq, problem: 'it is not the frame that was witnessed' };
  }
  return undefined;
}

function checkpointProblem(walk: Walk, checkpoints: readonly Checkpoint[], publicKey: KeyObject): Bad | undefined {
  for (const checkpoint of checkpoints) {
    const { size, root } = checkpoint;
    if (!checkpointHolds(checkpoint, publicKey))
      return { problem: `the signature of the checkpoint at ${size} does not hold` };
    if (size > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
    if (walk.roots.get(size) !== root)
      return { seq: size, problem: 'the chain up to here is not the one that was witnessed' };
  }
  return undefined;
}

/** What the database knows of checkpoints has to be outside as well, or the file outside was shortened. */
function notedProblem(walk: Walk, noted: readonly Noted[], outside: readonly Checkpoint[]): Bad | undefined {
  const notes = new Set(outside.map((checkpoint) => checkpoint.note));
  for (const { size, root, note, edge } of noted) {
    if (size > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
    if (!notes.has(note)) return { problem: `the checkpoint at ${size} is missing from the file outside the database` };
    const [said] = parseCheckpoints(note).checkpoints;
    const ownRoot = treeRoot(treeFrom(size, edge)).toString('base64');
    if (said?.size !== size || said.root !== root || ownRoot !== root)
      return { problem: `the database remembers another checkpoint at ${size} than was signed` };
  }
  return undefined;
}

function report(
  walk: Walk,
  bad: Bad | undefined,
  checkpoints: readonly Checkpoint[],
  publicKey: KeyObject,
): VerifyReport {
  const holds = (one: Checkpoint): boolean =>
    bad === undefined || (walk.roots.get(one.size) === one.root && checkpointHolds(one, publicKey));
  const witnessedTo = checkpoints.filter(holds).reduce((most, { size }) => Math.max(most, size), 0);
  return {
    ok: bad === undefined,
    events: walk.events,
    head: walk.events === 0 ? '' : walk.head.toString('hex'),
    witnessedTo,
    ...(bad?.seq === undefined ? {} : { firstBad: bad.seq }),
    ...(bad === undefined ? {} : { problem: bad.seq === undefined ? bad.problem : `frame ${bad.seq}: ${bad.problem}` }),
    hint: hintOf(bad, walk.events, witnessedTo),
  };
}

function hintOf(bad: Bad | undefined, events: number, witnessedTo: number): string {
  if (bad !== undefined) return 'keep the files as they are and compare them with a backup';
  if (events > witnessedTo)
    return `frames ${witnessedTo + 1} to ${events} are unwitnessed: the machine's owner could have rewritten them`;
  return 'every frame is covered by a checkpoint outside the database; only who holds the signing key could have rewritten it';
}

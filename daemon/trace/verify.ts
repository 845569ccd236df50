/** Checks a trace against itself and against its witnesses outside the database. Needs no daemon. */
import type { KeyObject } from 'node:crypto';

import type { TraceGap, VerifyReport } from '../../protocol/trace.ts';
import { checkpointHolds, parseCheckpoints, type Checkpoint } from './checkpoint.ts';
import { openForReading } from './database.ts';
import { treeFrom, treeRoot } from './merkle.ts';
import { excusesHead, excusesNote, type Replacement } from './replacement.ts';
import { walkQuickly } from './quick-walk.ts';
import { walkThoroughly, type Bad, type Walk } from './walk.ts';
import { readCheckpoints, readHead, readLostHeads, type Head, type LostHeads } from './witness.ts';

/** Without a witness folder only what the database itself holds is checked. */
export type VerifyInput = {
  readonly traceDb: string;
  readonly witness: string | undefined;
  readonly publicKey: KeyObject;
};

/** A checkpoint as the database remembers it. */
type Noted = {
  readonly size: number;
  readonly root: string;
  readonly note: string;
  readonly edge: Buffer;
};

export function verifyTrace({ traceDb, witness, publicKey }: VerifyInput): VerifyReport {
  // Witnesses before the database: a daemon that goes on writing can only make the database longer.
  const outside = witness === undefined ? undefined : readWitness(witness);
  const db = openForReading(traceDb);
  try {
    return db.transaction(() => {
      const noted = db.prepare('SELECT size, root, note, edge FROM checkpoints ORDER BY size').all() as Noted[]; // its columns
      const checkpoints =
        outside?.checkpoints ?? parseCheckpoints(noted.map(({ note }) => `${note}\n`).join('')).checkpoints;
      const wanted = wantedSeqs(outside, checkpoints);
      const walk = walkQuickly(db, wanted) ?? walkThoroughly(db, wanted);
      const later = witness === undefined ? checkpoints : readCheckpoints(witness).checkpoints;
      const bad =
        walk.bad ??
        (outside === undefined ? undefined : headProblem(walk, outside)) ??
        checkpointProblem(walk, checkpoints, publicKey) ??
        notedProblem(walk, noted, later) ??
        (outside?.foreign === true ? { problem: 'beside the checkpoints there is something that is none' } : undefined);
      return report({ walk, bad, checkpoints, publicKey, witnessed: witness !== undefined });
    })();
  } finally {
    db.close();
  }
}

type Outside = {
  readonly lost: LostHeads;
  readonly head: Head | undefined;
  readonly checkpoints: readonly Checkpoint[];
  readonly foreign: boolean;
};

function readWitness(witness: string): Outside {
  return { lost: readLostHeads(witness), head: readHead(witness), ...readCheckpoints(witness) };
}

function wantedSeqs(outside: Outside | undefined, checkpoints: readonly Checkpoint[]): ReadonlySet<number> {
  return new Set([
    ...(outside === undefined ? [] : heads(outside)).map((head) => head.seq),
    ...checkpoints.map((checkpoint) => checkpoint.size),
  ]);
}

/** Those that were once missing, then the newest. */
function heads({ lost, head }: Outside): readonly Head[] {
  return head === undefined ? lost.heads : [...lost.heads, head];
}

/** The newest head that was written outside, and every head that was once missing, has to be in the chain. */
function headProblem(walk: Walk, outside: Outside): Bad | undefined {
  const { lost, head } = outside;
  if (head === undefined && walk.events > 0)
    return { problem: 'the high-water mark outside the database is missing or spoilt' };
  if (lost.unreadable) return { problem: 'the high-water mark outside the database was once missing or spoilt' };
  const places = new Map(lost.heads.map(({ hash }, place) => [hash, place]));
  for (const { seq, hash } of heads(outside)) {
    if (walk.hashes.get(seq) === hash || excusesHead(walk.replacements, places.get(hash) ?? Infinity, seq)) continue;
    if (seq > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
    return { seq, problem: 'it is not the frame that was witnessed' };
  }
  return undefined;
}

function checkpointProblem(walk: Walk, checkpoints: readonly Checkpoint[], publicKey: KeyObject): Bad | undefined {
  for (const [place, checkpoint] of checkpoints.entries()) {
    const { size, root } = checkpoint;
    if (!checkpointHolds(checkpoint, publicKey))
      return { problem: `the signature of the checkpoint at ${size} does not hold` };
    if (walk.roots.get(size) === root || excusesNote(walk.replacements, place, size)) continue;
    if (size > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
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

type Found = {
  readonly walk: Walk;
  readonly bad: Bad | undefined;
  readonly checkpoints: readonly Checkpoint[];
  readonly publicKey: KeyObject;
  readonly witnessed: boolean;
};

function report({ walk, bad, checkpoints, publicKey, witnessed }: Found): VerifyReport {
  const witnessedTo = checkpoints
    .filter((one) => walk.roots.get(one.size) === one.root && checkpointHolds(one, publicKey))
    .reduce((most, { size }) => Math.max(most, size), 0);
  const gaps = walk.replacements.map(gapOf);
  const problem = bad === undefined ? gapProblem(gaps) : problemText(bad);
  return {
    ok: problem === undefined,
    events: walk.events,
    head: walk.events === 0 ? '' : walk.head.toString('hex'),
    witnessedTo: witnessed ? witnessedTo : 0,
    holds: bad === undefined,
    ...(gaps.length === 0 ? {} : { gaps }),
    ...(walk.erased.payloads === 0 ? {} : { erased: walk.erased }),
    ...(bad?.seq === undefined ? {} : { firstBad: bad.seq }),
    ...(problem === undefined ? {} : { problem }),
    hint: witnessed ? hintOf(bad, walk.events, witnessedTo) : hintOfFile(bad, walk.events, witnessedTo),
  };
}

function problemText({ seq, problem }: Bad): string {
  return seq === undefined ? problem : `frame ${seq}: ${problem}`;
}

function gapOf({ seq, kind, at, after, missing, payloads, kept }: Replacement): TraceGap {
  return {
    frame: seq,
    kind,
    at,
    after: Math.min(after, seq - 1),
    missing,
    payloads,
    kept,
  };
}

/** What the chain itself admits. It never goes away. */
function gapProblem(gaps: readonly TraceGap[]): string | undefined {
  const words = gaps.flatMap(({ after, missing, payloads }) => [
    ...(missing === 0 ? [] : [`${missing} ${missing === 1 ? 'frame' : 'frames'} after ${after} are missing`]),
    ...(payloads === '' ? [] : [`the payloads of frames ${payloads} are missing`]),
  ]);
  return words.length === 0 ? undefined : words.join('; ');
}

function hintOf(bad: Bad | undefined, events: number, witnessedTo: number): string {
  if (bad !== undefined) return 'keep the files as they are and compare them with a backup';
  if (events > witnessedTo)
    return `frames ${witnessedTo + 1} to ${events} are unwitnessed: the machine's owner could have rewritten them`;
  return 'every frame is covered by a checkpoint outside the database; only who holds the signing key could have rewritten it';
}

function hintOfFile(bad: Bad | undefined, events: number, signedTo: number): string {
  if (bad !== undefined) return 'keep the files as they are and compare them with a backup';
  const rest = events > signedTo ? `; frames ${signedTo + 1} to ${events} are not` : '';
  return `frames up to ${signedTo} are signed; no witness outside this file was asked${rest}`;
}

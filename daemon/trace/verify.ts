/** Checks a trace against itself and against its witnesses outside the database. Needs no daemon. */
import type Database from 'better-sqlite3';
import type { KeyObject } from 'node:crypto';

import { TraceEvent, type VerifyReport } from '../../protocol/trace.ts';
import { eventHash, GENESIS, payloadCommitment } from './chain.ts';
import { checkpointHolds, type Checkpoint } from './checkpoint.ts';
import { openForReading } from './database.ts';
import { appendLeaf, EMPTY_TREE, treeRoot, type Tree } from './merkle.ts';
import { readCheckpoints, readHeads, type Head } from './witness.ts';

export type VerifyInput = { readonly traceDb: string; readonly witness: string; readonly publicKey: KeyObject };

type Bad = { readonly seq?: number; readonly problem: string };

/** What the walk along the chain found. */
type Walk = {
  readonly events: number;
  readonly head: Buffer;
  readonly roots: ReadonlyMap<number, string>;
  readonly hashes: ReadonlyMap<number, string>;
  readonly bad: Bad | undefined;
};

/** The columns of the statement below. */
type EventRow = {
  readonly seq: number;
  readonly trace_id: string;
  readonly at: number;
  readonly kind: string;
  readonly body: string;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly salt: Buffer | null;
  readonly payload: string | null;
};

const SELECT = `
SELECT e.seq, e.trace_id, e.at, e.kind, e.body, e.prev, e.hash, p.salt, p.body AS payload
FROM events e LEFT JOIN payloads p USING (seq) ORDER BY e.seq`;

export function verifyTrace({ traceDb, witness, publicKey }: VerifyInput): VerifyReport {
  // Witnesses before the database: a daemon that goes on writing can only make the database longer.
  const heads = readHeads(witness);
  const { checkpoints, rest } = readCheckpoints(witness);
  const db = openForReading(traceDb);
  try {
    return db.transaction(() => {
      const walk = walkChain(db, wantedSeqs(heads, checkpoints));
      const noted = db.prepare('SELECT size, root, note FROM checkpoints ORDER BY size').all() as Checkpoint[]; // its columns
      const outside = readCheckpoints(witness).checkpoints;
      const bad =
        walk.bad ??
        headProblem(walk, heads) ??
        checkpointProblem(walk, checkpoints, publicKey) ??
        notedProblem(walk, noted, outside) ??
        (rest === '' ? undefined : { problem: 'the checkpoint file holds something that is no checkpoint' });
      return report(walk, bad, checkpoints, publicKey);
    })();
  } finally {
    db.close();
  }
}

function wantedSeqs(heads: readonly Head[], checkpoints: readonly Checkpoint[]): ReadonlySet<number> {
  return new Set([...heads.map((head) => head.seq), ...checkpoints.map((checkpoint) => checkpoint.size)]);
}

/** One pass over every frame; stops at the first that does not hold. */
function walkChain(db: Database.Database, wanted: ReadonlySet<number>): Walk {
  let tree: Tree = EMPTY_TREE;
  let prev: Buffer = GENESIS;
  let events = 0;
  const roots = new Map<number, string>();
  const hashes = new Map<number, string>();
  const missing = new Set<number>();
  const erased = new Set<number>();
  let bad: Bad | undefined;
  for (const row of db.prepare(SELECT).iterate() as IterableIterator<EventRow>) {
    const problem = rowProblem(row, events + 1, prev);
    if (problem !== undefined) {
      bad = { seq: Math.min(row.seq, events + 1), problem };
      break;
    }
    events++;
    prev = row.hash;
    tree = appendLeaf(tree, row.hash);
    if (wanted.has(events)) {
      roots.set(events, treeRoot(tree).toString('base64'));
      hashes.set(events, row.hash.toString('hex'));
    }
    notePayload(row, missing, erased);
  }
  return { events, head: prev, roots, hashes, bad: bad ?? missingPayload(missing, erased) };
}

/** What is wrong with one frame in its place; `undefined` when it holds. */
function rowProblem(row: EventRow, expected: number, prev: Buffer): string | undefined {
  if (row.seq !== expected) return `frame ${expected} is missing`;
  if (!row.prev.equals(prev)) return 'it does not follow the frame before it';
  if (!eventHash(prev, row.body).equals(row.hash)) return 'its content does not have its hash';
  const parsed = TraceEvent.safeParse(parseJson(row.body));
  if (!parsed.success) return 'its content is not a frame';
  const event = parsed.data;
  if (event.seq !== row.seq || event.traceId !== row.trace_id || event.at !== row.at || event.kind !== row.kind) {
    return 'its columns do not agree with its content';
  }
  if (row.payload === null) return undefined;
  if (event.payload === undefined || row.salt === null) return 'it has a payload that it does not commit to';
  return payloadCommitment(row.salt, row.payload) === event.payload ? undefined : 'its payload was changed';
}

/** A payload may be gone only when the chain says that it was erased. */
function notePayload(row: EventRow, missing: Set<number>, erased: Set<number>): void {
  const event = JSON.parse(row.body) as TraceEvent; // checked by rowProblem
  if (event.payload !== undefined && row.payload === null) missing.add(event.seq);
  if (event.kind !== 'payload.erased') return;
  for (const seq of String(event.data['seqs'] ?? '').split(',')) erased.add(Number(seq));
}

function missingPayload(missing: ReadonlySet<number>, erased: ReadonlySet<number>): Bad | undefined {
  const [first] = [...missing].filter((seq) => !erased.has(seq));
  return first === undefined ? undefined : { seq: first, problem: 'its payload is gone without having been erased' };
}

/** The newest head that was written outside, and every head that was once missing, has to be in the chain. */
function headProblem(walk: Walk, heads: readonly Head[]): Bad | undefined {
  if (heads.length === 0 && walk.events > 0) return { problem: 'the high-water mark outside the database is missing' };
  for (const { seq, hash } of heads) {
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
function notedProblem(
  walk: Walk,
  noted: readonly Pick<Checkpoint, 'size' | 'note'>[],
  outside: readonly Checkpoint[],
): Bad | undefined {
  const notes = new Set(outside.map((checkpoint) => checkpoint.note));
  for (const { size, note } of noted) {
    if (size > walk.events) return { seq: walk.events + 1, problem: 'frames at the end were cut off' };
    if (!notes.has(note)) return { problem: `the checkpoint at ${size} is missing from the file outside the database` };
  }
  return undefined;
}

function report(
  walk: Walk,
  bad: Bad | undefined,
  checkpoints: readonly Checkpoint[],
  publicKey: KeyObject,
): VerifyReport {
  const good = checkpoints.filter((one) => walk.roots.get(one.size) === one.root && checkpointHolds(one, publicKey));
  const witnessedTo = Math.max(0, ...good.map((checkpoint) => checkpoint.size));
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

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON: the schema refuses `null`.
    return null;
  }
}

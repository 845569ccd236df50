/** The walk along the chain: every frame against the one before it, its columns and its record, and the log it makes. */
import type Database from 'better-sqlite3';

import { TraceEvent } from '../../protocol/trace.ts';
import { eventHash, GENESIS, payloadCommitment } from './chain.ts';
import { appendLeaf, EMPTY_TREE, treeRoot, type Tree } from './merkle.ts';
import { startReplay, type Replay } from './replay.ts';

export type Bad = { readonly seq?: number; readonly problem: string };

/** What was found, with roots and hashes where somebody wants to compare them. */
export type Walk = {
  readonly events: number;
  readonly head: Buffer;
  readonly roots: ReadonlyMap<number, string>;
  readonly hashes: ReadonlyMap<number, string>;
  readonly bad: Bad | undefined;
};

/** The columns of the statement below. Texts that are hashed come as bytes: decoding hides broken characters. */
type EventRow = {
  readonly seq: number;
  readonly trace_id: string;
  readonly at: number;
  readonly kind: string;
  readonly body: Buffer;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly salt: Buffer | null;
  readonly payload: Buffer | null;
};

const SELECT = `
SELECT e.seq, e.trace_id, e.at, e.kind, CAST(e.body AS BLOB) AS body, e.prev, e.hash,
  p.salt, CAST(p.body AS BLOB) AS payload
FROM events e LEFT JOIN payloads p USING (seq) ORDER BY e.seq`;

/** One pass over every frame; stops at the first that does not hold. */
export function walkChain(db: Database.Database, wanted: ReadonlySet<number>): Walk {
  const replay = startReplay();
  try {
    return walkInto(replay, db, wanted);
  } finally {
    replay.close();
  }
}

function walkInto(replay: Replay, db: Database.Database, wanted: ReadonlySet<number>): Walk {
  let tree: Tree = EMPTY_TREE;
  let prev: Buffer = GENESIS;
  const roots = new Map<number, string>();
  const hashes = new Map([[0, GENESIS.toString('hex')]]);
  const payloads = { missing: new Set<number>(), erased: new Set<number>() };
  let bad: Bad | undefined;
  for (const row of db.prepare(SELECT).iterate() as IterableIterator<EventRow>) {
    const event = eventOf(row, tree.size + 1, prev);
    if (typeof event === 'string') {
      bad = { seq: Math.min(row.seq, tree.size + 1), problem: event };
      break;
    }
    prev = row.hash;
    tree = appendLeaf(tree, row.hash);
    if (wanted.has(tree.size)) {
      roots.set(tree.size, treeRoot(tree).toString('base64'));
      hashes.set(tree.size, row.hash.toString('hex'));
    }
    notePayload(event, row.payload !== null, payloads);
    replay.add(event, row.payload ?? undefined);
  }
  bad ??= missingPayload(payloads) ?? replay.compare(db);
  return { events: tree.size, head: prev, roots, hashes, bad };
}

/** The frame when it holds in its place, else what is wrong with it. */
function eventOf(row: EventRow, expected: number, prev: Buffer): TraceEvent | string {
  if (row.seq !== expected) return `frame ${expected} is missing`;
  if (!row.prev.equals(prev)) return 'it does not follow the frame before it';
  if (!eventHash(prev, row.body).equals(row.hash)) return 'its content does not have its hash';
  const parsed = TraceEvent.safeParse(parseJson(row.body));
  if (!parsed.success) return 'its content is not a frame';
  const event = parsed.data;
  if (event.seq !== row.seq || event.traceId !== row.trace_id || event.at !== row.at || event.kind !== row.kind) {
    return 'its columns do not agree with its content';
  }
  if (row.payload === null) return event;
  if (event.payload === undefined || row.salt === null) return 'it has a payload that it does not commit to';
  return payloadCommitment(row.salt, row.payload) === event.payload ? event : 'its payload was changed';
}

type Payloads = { readonly missing: Set<number>; readonly erased: Set<number> };

/** A payload may be gone only when the chain says that it was erased. */
function notePayload(event: TraceEvent, present: boolean, { missing, erased }: Payloads): void {
  if (event.payload !== undefined && !present) missing.add(event.seq);
  if (event.kind !== 'payload.erased') return;
  for (const seq of String(event.data['seqs'] ?? '').split(',')) erased.add(Number(seq));
}

function missingPayload({ missing, erased }: Payloads): Bad | undefined {
  const [first] = [...missing].filter((seq) => !erased.has(seq));
  return first === undefined ? undefined : { seq: first, problem: 'its payload is gone without having been erased' };
}

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    // Not JSON: the schema refuses `null`.
    return null;
  }
}

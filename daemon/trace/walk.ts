/** The walk along the chain: every frame against the one before it, its columns and its record, and the log it makes. */
import type Database from 'better-sqlite3';

import { TraceEvent } from '../../protocol/trace.ts';
import { eventHash, GENESIS, payloadCommitment } from './chain.ts';
import { appendLeaf, EMPTY_TREE, treeRoot, type Tree } from './merkle.ts';
import { startReplay, type Replay } from './replay.ts';
import { replacementOf, type Replacement } from './replacement.ts';
import { formatRanges, parseRanges, rangesOf, within } from './seq-ranges.ts';

export type Bad = { readonly seq?: number; readonly problem: string };

/** What was found, with roots and hashes where somebody wants to compare them. */
export type Walk = {
  readonly events: number;
  readonly head: Buffer;
  readonly roots: ReadonlyMap<number, string>;
  readonly hashes: ReadonlyMap<number, string>;
  readonly replacements: readonly Replacement[];
  /** Payloads that the chain says were erased. */
  readonly erased: { readonly payloads: number; readonly frames: string };
  readonly bad: Bad | undefined;
};

/** The columns of a frame. Texts that are hashed come as bytes: decoding hides broken characters. */
export type EventRow = {
  readonly seq: number;
  readonly trace_id: string;
  readonly at: number;
  readonly kind: string;
  readonly body: Buffer;
  readonly prev: Buffer;
  readonly hash: Buffer;
};
export type RecordRow = { readonly salt: Buffer | null; readonly payload: Buffer | null };

export const EVENT_COLUMNS = 'e.seq, e.trace_id, e.at, e.kind, CAST(e.body AS BLOB) AS body, e.prev, e.hash';
const SELECT = `
SELECT ${EVENT_COLUMNS}, p.salt, CAST(p.body AS BLOB) AS payload
FROM events e LEFT JOIN payloads p USING (seq) ORDER BY e.seq`;

/** One pass over every frame; stops at the first that does not hold. */
export function walkThoroughly(db: Database.Database, wanted: ReadonlySet<number>): Walk {
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
  const gone = createGone();
  const replacements: Replacement[] = [];
  let bad: Bad | undefined;
  for (const row of db.prepare(SELECT).iterate() as IterableIterator<EventRow & RecordRow>) {
    const event = checked(row, tree.size + 1, prev);
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
    const replacement = replacementOf(event);
    if (replacement !== undefined) replacements.push(replacement);
    const erased = gone.add(event, row.payload !== null, replacement);
    replay.add(event, row.payload ?? undefined, erased);
  }
  const { unexplained, erased } = gone.end();
  const [gonePayload] = unexplained;
  if (gonePayload !== undefined)
    bad ??= { seq: gonePayload, problem: 'its payload is gone without having been erased' };
  bad ??= replay.compare(db);
  return { events: tree.size, head: prev, roots, hashes, replacements, erased, bad };
}

function checked(row: EventRow & RecordRow, expected: number, prev: Buffer): TraceEvent | string {
  const event = eventOf(row, expected, prev);
  if (typeof event === 'string' || row.payload === null) return event;
  if (event.payload === undefined || row.salt === null) return 'it has a payload that it does not commit to';
  return recordHolds(event, row.salt, row.payload) ? event : 'its payload was changed';
}

/** The frame when it holds in its place, else what is wrong with it. */
export function eventOf(row: EventRow, expected: number, prev: Buffer): TraceEvent | string {
  if (row.seq !== expected) return `frame ${expected} is missing`;
  // A damaged page can say that a column is of any type.
  if (![row.body, row.prev, row.hash].every(Buffer.isBuffer)) return 'its columns are not those of a frame';
  if (!row.prev.equals(prev)) return 'it does not follow the frame before it';
  if (!eventHash(prev, row.body).equals(row.hash)) return 'its content does not have its hash';
  const parsed = TraceEvent.safeParse(parseJson(row.body));
  if (!parsed.success) return 'its content is not a frame';
  const event = parsed.data;
  if (event.seq !== row.seq || event.traceId !== row.trace_id || event.at !== row.at || event.kind !== row.kind) {
    return 'its columns do not agree with its content';
  }
  return event;
}

export function recordHolds(event: TraceEvent, salt: Buffer, record: Buffer): boolean {
  return Buffer.isBuffer(salt) && Buffer.isBuffer(record) && payloadCommitment(salt, record) === event.payload;
}

type Missing = { readonly seq: number; readonly traceId: string };

/** Payloads that are gone: the chain has to say so. */
export function createGone() {
  const missing: Missing[] = [];
  const erased = new Set<number>();
  const lost = new Set<number>();
  const mark = (text: string, into: Set<number>): Set<string> => {
    const traces = new Set<string>();
    for (const range of parseRanges(text)) {
      for (const { seq, traceId } of within(missing, range)) {
        into.add(seq);
        traces.add(traceId);
      }
    }
    return traces;
  };
  return {
    /** The traces whose line in the log the frame erases. */
    add(event: TraceEvent, present: boolean, replacement = replacementOf(event)): ReadonlySet<string> {
      if (event.payload !== undefined && !present) missing.push({ seq: event.seq, traceId: event.traceId });
      if (replacement !== undefined) mark(replacement.payloads, lost);
      if (event.kind !== 'payload.erased') return NONE;
      const { trace, seqs } = event.data;
      const traces = mark(String(seqs ?? ''), erased);
      return trace === undefined ? traces : new Set([String(trace)]);
    },
    end() {
      const seqs = missing.map(({ seq }) => seq);
      return {
        unexplained: seqs.filter((seq) => !erased.has(seq) && !lost.has(seq)),
        erased: {
          payloads: erased.size,
          frames: formatRanges(rangesOf(seqs.filter((seq) => erased.has(seq)))),
        },
      };
    },
  };
}

const NONE: ReadonlySet<string> = new Set();

function parseJson(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString());
  } catch {
    // Not JSON: the schema refuses `null`.
    return null;
  }
}

/** A frame as it is stored: its canonical text, the record beside it that can be erased, and its line in the log. */
import { randomBytes } from 'node:crypto';

import { LogLine, TraceEvent, type NewTraceEvent, type Review, type TracePayload } from '../../protocol/trace.ts';
import { canonicalText } from '../canonical.ts';
import { eventHash, payloadCommitment } from './chain.ts';
import type { OutgoingFrame } from './messages.ts';

/** What can be erased of a frame. The chain commits to its text under a salt. */
export type FrameRecord = { readonly payload?: TracePayload; readonly summary?: string };

export type Row = {
  readonly event: TraceEvent;
  readonly body: string;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly record: { readonly salt: Buffer; readonly body: string } | undefined;
  readonly summary: string | undefined;
};

/** The frame is at fault, not the disk: trying again is of no use. */
export class FrameRefused extends Error {}

const SALT_BYTES = 32;
/** Asking for random bytes costs the same for one salt as for many. */
const SALTS_AT_ONCE = 64;
let salts = Buffer.alloc(0);

function newSalt(): Buffer {
  if (salts.length === 0) salts = randomBytes(SALT_BYTES * SALTS_AT_ONCE);
  const salt = salts.subarray(0, SALT_BYTES);
  salts = salts.subarray(SALT_BYTES);
  return salt;
}

/** Throws when the record has no JSON text. */
export function outgoing({ payload, ...rest }: NewTraceEvent): OutgoingFrame {
  const summary = rest.line?.summary;
  const empty = payload === undefined && summary === undefined;
  return { ...rest, record: empty ? undefined : JSON.stringify({ payload, summary } satisfies Loose<FrameRecord>) };
}

/** Throws `FrameRefused` for what could not be stored or would not verify later. */
export function rowOf(given: OutgoingFrame, seq: number, prev: Buffer): Row {
  try {
    return uncheckedRow(given, seq, prev);
  } catch (error) {
    throw new FrameRefused('a frame cannot be stored', { cause: error });
  }
}

function uncheckedRow(given: OutgoingFrame, seq: number, prev: Buffer): Row {
  const { at, kind, traceId, session, agent, actorType, user, data, line: { summary, ...line } = {} } = given;
  if (summary !== undefined) LogLine.shape.summary.parse(summary);
  const record = given.record === undefined ? undefined : { salt: newSalt(), body: given.record };
  const event = TraceEvent.parse({
    v: 1,
    seq,
    at,
    kind,
    traceId,
    session,
    agent: agent.toWellFormed(),
    actorType,
    user,
    data,
    ...(given.line === undefined ? {} : { line }),
    ...(record === undefined ? {} : { payload: payloadCommitment(record.salt, Buffer.from(record.body)) }),
  });
  const body = canonicalText(event);
  return { event, body, prev, hash: eventHash(prev, Buffer.from(body)), record, summary };
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The columns of `lines`, in the order of the statements below. */
type LineRow = Readonly<Record<string, string | number | null>>;

export const UPSERT_LINE = `
INSERT INTO lines (seq, trace_id, at, actor_type, user, agent, session, kind, summary, score, verdict, outcome, review)
VALUES (@seq, @traceId, @at, @actorType, @user, @agent, @session, coalesce(@kind, @eventKind), coalesce(@summary, ''), @score, @verdict, @outcome, @review)
ON CONFLICT (trace_id) DO UPDATE SET
  kind = coalesce(@kind, kind), summary = coalesce(@summary, summary), score = coalesce(@score, score),
  verdict = coalesce(@verdict, verdict), outcome = coalesce(@outcome, outcome),
  review = coalesce(@review, review)
RETURNING *`;

export const ERASE_LINE = "UPDATE lines SET summary = 'erased' WHERE trace_id = ?";

export function lineParameters(event: TraceEvent, summary: string | undefined): LineRow {
  const { seq, traceId, at, actorType, user, agent, session, kind: eventKind, line } = event;
  return {
    seq,
    traceId,
    at,
    actorType,
    user,
    agent,
    session,
    eventKind,
    kind: line?.kind ?? null,
    summary: summary?.toWellFormed() ?? null,
    score: line?.score ?? null,
    verdict: line?.verdict ?? null,
    outcome: line?.outcome ?? null,
    review: line?.review ?? null,
  };
}

/** INVARIANT: one statement with these leaves the same line as one for each row in turn. In the order of their first. */
export function mergedLines(rows: readonly Row[]): readonly LineRow[] {
  const merged = new Map<string, LineRow>();
  for (const { event, summary } of rows) {
    if (event.line === undefined) continue;
    const next = lineParameters(event, summary);
    const before = merged.get(event.traceId);
    merged.set(event.traceId, before === undefined ? next : mergedLine(before, next));
  }
  return [...merged.values()];
}

function mergedLine(before: LineRow, { kind, summary, score, verdict, outcome, review }: LineRow): LineRow {
  return {
    ...before,
    // A line that is there keeps its kind unless a frame names one; a new one is named by its first frame.
    kind: kind ?? before['kind'] ?? null,
    summary: summary ?? before['summary'] ?? null,
    score: score ?? before['score'] ?? null,
    verdict: verdict ?? before['verdict'] ?? null,
    outcome: outcome ?? before['outcome'] ?? null,
    review: review ?? before['review'] ?? null,
  };
}

/** A row of `lines`. It comes out of our own table, whose columns are held to the schema on the way in. */
export function lineOf(row: unknown): LogLine {
  const { seq: _seq, trace_id: traceId, actor_type: actorType, review, ...rest } = row as StoredLine;
  return { traceId, actorType, ...rest, ...(review === null ? {} : { review }) };
}

type StoredLine = Omit<LogLine, 'traceId' | 'actorType' | 'review'> & {
  readonly seq: number;
  readonly trace_id: LogLine['traceId'];
  readonly actor_type: LogLine['actorType'];
  readonly review: Review | null;
};

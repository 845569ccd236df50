/** A frame as it is stored: its canonical text, the record beside it that can be erased, and its line in the log. */
import canonicalize from 'canonicalize';
import { randomBytes } from 'node:crypto';

import { LogLine, TraceEvent, type NewTraceEvent, type TracePayload } from '../../protocol/trace.ts';
import { eventHash, payloadCommitment } from './chain.ts';

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

/** Throws `FrameRefused` for what could not be stored or would not verify later. */
export function rowOf(given: NewTraceEvent, seq: number, prev: Buffer): Row {
  try {
    return uncheckedRow(given, seq, prev);
  } catch (error) {
    throw new FrameRefused('a frame cannot be stored', { cause: error });
  }
}

function uncheckedRow(given: NewTraceEvent, seq: number, prev: Buffer): Row {
  const { at, kind, traceId, session, agent, actorType, user, data, payload, line: { summary, ...line } = {} } = given;
  const record = recordOf(payload, summary);
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
  const body = canonicalize(event);
  if (body === undefined) throw new TypeError('no canonical form');
  return { event, body, prev, hash: eventHash(prev, Buffer.from(body)), record, summary };
}

function recordOf(payload: TracePayload | undefined, summary: string | undefined): Row['record'] {
  if (payload === undefined && summary === undefined) return undefined;
  if (summary !== undefined) LogLine.shape.summary.parse(summary);
  return { salt: newSalt(), body: JSON.stringify({ payload, summary } satisfies Loose<FrameRecord>) };
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined };

/** The columns of `lines`, in the order of the statements below. */
type LineRow = Readonly<Record<string, string | number | null>>;

export const UPSERT_LINE = `
INSERT INTO lines (seq, trace_id, at, actor_type, user, agent, session, kind, summary, score, verdict, outcome)
VALUES (@seq, @traceId, @at, @actorType, @user, @agent, @session, coalesce(@kind, @eventKind), coalesce(@summary, ''), @score, @verdict, @outcome)
ON CONFLICT (trace_id) DO UPDATE SET
  kind = coalesce(@kind, kind), summary = coalesce(@summary, summary), score = coalesce(@score, score),
  verdict = coalesce(@verdict, verdict), outcome = coalesce(@outcome, outcome)
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
  };
}

/** A row of `lines`. It comes out of our own table, whose columns are held to the schema on the way in. */
export function lineOf(row: unknown): LogLine {
  const { seq: _seq, trace_id: traceId, actor_type: actorType, ...rest } = row as StoredLine;
  return { traceId, actorType, ...rest };
}

type StoredLine = Omit<LogLine, 'traceId' | 'actorType'> & {
  readonly seq: number;
  readonly trace_id: LogLine['traceId'];
  readonly actor_type: LogLine['actorType'];
};

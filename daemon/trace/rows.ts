/** A frame as it is stored: its canonical text, its commitment to a payload, and its line in the log. */
import canonicalize from 'canonicalize';
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';

import { LogLine, TraceEvent, type NewTraceEvent } from '../../protocol/trace.ts';
import { eventHash, payloadCommitment } from './chain.ts';

const LineChange = LogLine.pick({ kind: true, summary: true, score: true, verdict: true, outcome: true }).partial();
type LineChange = z.infer<typeof LineChange>;

export type Row = {
  readonly event: TraceEvent;
  readonly body: string;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly payload: { readonly salt: Buffer; readonly body: string } | undefined;
  readonly line: LineChange | undefined;
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
  const payload = given.payload === undefined ? undefined : { salt: newSalt(), body: JSON.stringify(given.payload) };
  const { at, kind, traceId, session, agent, actorType, user, data } = given;
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
    ...(payload === undefined ? {} : { payload: payloadCommitment(payload.salt, Buffer.from(payload.body)) }),
  });
  const body = canonicalize(event);
  if (body === undefined) throw new TypeError('no canonical form');
  const line = given.line === undefined ? undefined : LineChange.parse(given.line);
  return { event, body, prev, hash: eventHash(prev, Buffer.from(body)), payload, line };
}

/** The columns of `lines`, in the order of the statements below. */
type LineRow = Readonly<Record<string, string | number | null>>;

export const UPSERT_LINE = `
INSERT INTO lines (seq, trace_id, at, actor_type, user, agent, session, kind, summary, score, verdict, outcome)
VALUES (@seq, @traceId, @at, @actorType, @user, @agent, @session, coalesce(@kind, @eventKind), coalesce(@summary, ''), @score, @verdict, @outcome)
ON CONFLICT (trace_id) DO UPDATE SET
  kind = coalesce(@kind, kind), summary = coalesce(@summary, summary), score = coalesce(@score, score),
  verdict = coalesce(@verdict, verdict), outcome = coalesce(@outcome, outcome)
RETURNING *`;

export function lineParameters({ event, line }: Row): LineRow {
  const { seq, traceId, at, actorType, user, agent, session, kind: eventKind } = event;
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
    summary: line?.summary?.toWellFormed() ?? null,
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

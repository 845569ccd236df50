/** A frame as it is stored: its canonical text, its commitment to a payload, and its line in the log. */
import canonicalize from 'canonicalize';
import { randomBytes } from 'node:crypto';

import { LogLine, type NewTraceEvent, type TraceEvent } from '../../protocol/trace.ts';
import { eventHash, payloadCommitment } from './chain.ts';

export type Row = {
  readonly event: TraceEvent;
  readonly body: string;
  readonly prev: Buffer;
  readonly hash: Buffer;
  readonly payload: { readonly salt: Buffer; readonly body: string } | undefined;
  readonly line: NewTraceEvent['line'];
};

const SALT_BYTES = 32;

export function rowOf(given: NewTraceEvent, seq: number, prev: Buffer): Row {
  const payload =
    given.payload === undefined ? undefined : { salt: randomBytes(SALT_BYTES), body: JSON.stringify(given.payload) };
  const { at, kind, traceId, session, agent, actorType, user, data } = given;
  const event: TraceEvent = {
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
    ...(payload === undefined ? {} : { payload: payloadCommitment(payload.salt, payload.body) }),
  };
  const body = canonicalize(event);
  if (body === undefined) throw new TypeError('a frame has no canonical form');
  return { event, body, prev, hash: eventHash(prev, body), payload, line: given.line };
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

export function lineOf(row: unknown): LogLine {
  // Rows come out of our own table; the schema keeps a renamed column from going unnoticed.
  const { trace_id, at, actor_type, user, agent, session, kind, summary, score, verdict, outcome } = row as Record<
    string,
    unknown
  >;
  return LogLine.parse({
    traceId: trace_id,
    at,
    actorType: actor_type,
    user,
    agent,
    session,
    kind,
    summary,
    score,
    verdict,
    outcome,
  });
}

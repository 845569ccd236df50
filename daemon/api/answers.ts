/** Tells a client over HTTP how far its request is, and waits with it. */
import { setTimeout } from 'node:timers/promises';

import type { EvaluateResponse } from '../../protocol/agent-api.ts';
import { heldMessage } from '../gate/messages.ts';
import type { GateRequest } from '../gate/requests.ts';

/** How long an action may take to be judged before a client is told that it is pending. */
const JUDGING_MS = 2_000;

/** Waits for the answer; a client that does not want to wait hears as soon as a human is asked. */
export async function progress(
  request: GateRequest,
  waitMs: number,
  onGone: (listener: () => void) => void,
): Promise<EvaluateResponse> {
  const patience = new AbortController();
  onGone(() => patience.abort());
  const timedOut = setTimeout(Math.max(waitMs, JUDGING_MS), undefined, { signal: patience.signal, ref: false });
  const events: Promise<unknown>[] = [request.answer, timedOut];
  if (waitMs === 0) events.push(request.whenHeld);
  try {
    await Promise.race(events);
  } catch (error) {
    // Whoever went away may come back: the request stays as it is.
    if (!patience.signal.aborted) throw error;
  } finally {
    timedOut.catch(() => undefined);
    patience.abort();
  }
  return describe(request);
}

export function describe(request: GateRequest): EvaluateResponse {
  const { id } = request;
  const { traceId } = request.origin;
  const answer = request.answered();
  if (answer === undefined) return pending(request);
  const { decision, assessment } = answer;
  return {
    requestId: id,
    traceId,
    verdict: decision.verdict,
    score: decision.score,
    band: assessment?.band ?? 'critical',
    reason: decision.reason,
    ...(decision.code === undefined ? {} : { code: decision.code }),
    findings: assessment?.findings ?? [],
    obligations: decision.obligations,
    ...(decision.rewrite === undefined ? {} : { rewrite: decision.rewrite }),
    ...(decision.approval === undefined ? {} : { approval: decision.approval }),
  };
}

function pending(request: GateRequest): EvaluateResponse {
  const approval = request.held();
  const assessment = approval?.assessment;
  return {
    requestId: request.id,
    traceId: request.origin.traceId,
    verdict: 'pending',
    score: assessment?.score ?? 0,
    band: assessment?.band ?? 'low',
    reason: approval === undefined ? 'still being judged' : heldMessage(approval),
    findings: assessment?.findings ?? [],
    obligations: [],
    ...(approval === undefined ? {} : { approval: approval.id, expiresAt: approval.expiresAt }),
  };
}

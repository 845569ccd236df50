/** What an agent may ask over HTTP. */
import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

import type { Action } from '../../protocol/action.ts';
import type { EvaluateAction, EvaluateResponse } from '../../protocol/agent-api.ts';
import type { Gate } from '../gate/gate.ts';
import { heldMessage } from '../gate/messages.ts';
import type { GateRequest } from '../gate/requests.ts';
import type { AgentSessions, Belonging } from '../identity/agent-sessions.ts';
import type { Handlers } from './http.ts';

/** The process at the other end of an agent connection. */
export type AgentPeer = { readonly pid: number };

export type AgentRouteName = 'health' | 'evaluate' | 'explain' | 'request' | 'cancel' | 'outcome';

export type AgentRoutesOptions = {
  readonly gate: Gate;
  readonly sessions: AgentSessions;
  readonly version: string;
  readonly home: string;
  /** Why the policy in force is not the one in the files. */
  readonly problems: () => readonly string[];
};

export function agentRoutes({
  gate,
  sessions,
  version,
  home,
  problems,
}: AgentRoutesOptions): Handlers<AgentPeer, AgentRouteName> {
  const own = (peer: AgentPeer, id: string | undefined): GateRequest =>
    gate.find(sessions.belongingOf(peer.pid).session, id ?? '');

  return {
    health: () => ({ ok: true, version, pid: process.pid, home }),
    async evaluate({ body }, peer) {
      const belonging = sessions.belongingOf(peer.pid);
      const requestId = body.requestId ?? randomUUID();
      const request = gate.open({ requestId, action: actionOf(body.action, belonging), belonging, keep: true });
      return progress(request, body.waitMs);
    },
    async explain({ body }, peer) {
      const action = actionOf(body.action, sessions.belongingOf(peer.pid));
      return { ...(await gate.explain(action)), problems: [...problems()] };
    },
    request: ({ params, query }, peer) => progress(own(peer, params['id']), query.waitMs),
    cancel({ params }, peer) {
      own(peer, params['id']).cancel();
      return { done: true };
    },
    async outcome({ params, body }, peer) {
      await gate.outcome(sessions.belongingOf(peer.pid).session, params['id'] ?? '', body);
      return { done: true };
    },
  };
}

/** The session is the peer's, whatever the request says; only the display name of an ungoverned agent is taken from it. */
function actionOf(action: EvaluateAction, belonging: Belonging): Action {
  const agent = belonging.governed ? belonging.agent : (action.agent ?? belonging.agent);
  return { ...action, agent, session: belonging.session };
}

/** How long an action may take to be judged before a client is told that it is pending. */
const JUDGING_MS = 2_000;

/** Waits for the answer; a client that does not want to wait hears as soon as a human is asked. */
async function progress(request: GateRequest, waitMs: number): Promise<EvaluateResponse> {
  const patience = new AbortController();
  const timedOut = setTimeout(Math.max(waitMs, JUDGING_MS), undefined, { signal: patience.signal, ref: false });
  const events: Promise<unknown>[] = [request.answer, timedOut];
  if (waitMs === 0) events.push(request.whenHeld);
  try {
    await Promise.race(events);
  } finally {
    timedOut.catch(() => undefined);
    patience.abort();
  }
  return describe(request);
}

function describe(request: GateRequest): EvaluateResponse {
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

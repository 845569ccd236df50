/** The AuthZEN Authorization API over the one path: a decision is `true` only when the action may run now. */
import type { EvaluateResponse } from '../../protocol/agent-api.ts';
import {
  AccessEvaluationRequest,
  type AccessDecision,
  type AccessEvaluationsRequest,
  type EvaluationsSemantic,
} from '../../protocol/authzen.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { Gate } from '../gate/gate.ts';
import { digestOf } from '../gate/digest.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import { accessAction, accessUnderstands } from './access-action.ts';
import type { Claims } from './access-claims.ts';
import { progress } from './answers.ts';
import { actionOf, requestIdOf, type AgentPeer } from './asking.ts';
import type { Call, Handlers } from './http.ts';

export type AccessRouteName = Extract<RouteName, 'accessEvaluation' | 'accessEvaluations' | 'accessConfiguration'>;

type AccessRoutesOptions = {
  readonly gate: Gate;
  readonly belongingOf: (peer: AgentPeer) => Belonging;
  readonly claims: Claims;
};

type Asking = {
  readonly peer: AgentPeer;
  readonly key: string | undefined;
  readonly waitMs: number;
  readonly onGone: Call['onGone'];
};

export function accessRoutes(options: AccessRoutesOptions): Handlers<AgentPeer, AccessRouteName> {
  const { gate, belongingOf, claims } = options;

  const evaluate = async (given: AccessEvaluationRequest, asking: Asking): Promise<AccessDecision> => {
    const belonging = belongingOf(asking.peer);
    const action = actionOf(accessAction(given), belonging);
    const understands = accessUnderstands(given.context);
    const about = digestOf({ action, understands });
    // Whoever comes over TCP may be any of several: an answer is not told to another one.
    const isUnnamed = asking.key === undefined && asking.peer.tcp === undefined;
    const claimed = isUnnamed ? claims.of(about) : undefined;
    const requestId = asking.key ?? claimed ?? requestIdOf(undefined);
    const request = gate.open({ requestId, action, belonging, keep: true, understands });
    const answer = await progress(request, asking.waitMs, asking.onGone);
    // Of several who wait for one yes, the others are about to do it once more.
    if (claimed !== undefined && !claims.hear(about, answer)) return evaluate(given, asking);
    if (isUnnamed) claims.note(about, answer);
    return decisionOf(answer, baseOf(asking.peer));
  };
  const evaluateOne = (given: unknown, asking: Asking): Promise<AccessDecision> => {
    const parsed = AccessEvaluationRequest.safeParse(given);
    if (!parsed.success) return Promise.resolve(failure(new CountersignError('bad_request', lacking(parsed.error))));
    return evaluate(parsed.data, asking).catch(failure);
  };

  return {
    accessEvaluation: ({ headers, body, onGone }, peer) => evaluate(body, askingOf(peer, headers, onGone)),
    async accessEvaluations({ headers, body, onGone }, peer) {
      const asking = askingOf(peer, headers, onGone);
      const { evaluations = [], options: how, ...defaults } = body;
      if (evaluations.length === 0) return evaluate(single(defaults), asking);
      const each = evaluations.map((one, at) => () => {
        const key = asking.key === undefined ? undefined : `${asking.key}.${at}`;
        return evaluateOne({ ...partsOf(defaults), ...partsOf(one) }, { ...asking, key });
      });
      return { evaluations: await inOrder(each, how?.evaluations_semantic ?? 'execute_all') };
    },
    accessConfiguration(_, peer) {
      const base = baseOf(peer);
      return {
        policy_decision_point: base,
        access_evaluation_endpoint: `${base}/access/v1/evaluation`,
        access_evaluations_endpoint: `${base}/access/v1/evaluations`,
      };
    },
  };
}

function baseOf({ tcp = 'localhost' }: AgentPeer): string {
  return `http://${tcp}`;
}

function askingOf(
  peer: AgentPeer,
  headers: { readonly 'idempotency-key'?: string | undefined; readonly prefer?: string | undefined },
  onGone: Call['onGone'],
): Asking {
  const key = headers['idempotency-key'];
  const seconds = Number(/(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:$|[,;])/i.exec(headers.prefer ?? '')?.[1] ?? 0);
  const waitMs = Math.min(seconds, 600) * 1_000;
  return { peer, key: key === undefined ? undefined : requestIdOf(key), waitMs, onGone };
}

type Parts = Pick<AccessEvaluationsRequest, 'subject' | 'action' | 'resource' | 'context'>;

/** A part is replaced as a whole, never mixed with its default. */
function partsOf({ subject, action, resource, context }: Parts): Parts {
  const given = Object.entries({ subject, action, resource, context }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

function single(parts: Parts): AccessEvaluationRequest {
  const parsed = AccessEvaluationRequest.safeParse(partsOf(parts));
  if (parsed.success) return parsed.data;
  throw new CountersignError('bad_request', lacking(parsed.error));
}

function lacking({ issues }: { readonly issues: readonly { readonly path: readonly PropertyKey[] }[] }): string {
  return `\`${issues[0]?.path.map(String).join('.') ?? 'request'}\`: missing or of the wrong kind`;
}

async function inOrder(
  each: readonly (() => Promise<AccessDecision>)[],
  semantic: EvaluationsSemantic,
): Promise<AccessDecision[]> {
  if (semantic === 'execute_all') return Promise.all(each.map((evaluate) => evaluate()));
  const last = semantic === 'permit_on_first_permit';
  const decisions: AccessDecision[] = [];
  for (const evaluate of each) {
    const decision = await evaluate();
    decisions.push(decision);
    if (decision.decision === last) break;
  }
  return decisions;
}

/** INVARIANT: a rewrite is no permission for what was asked: only `allow` is `true`. */
function decisionOf(answer: EvaluateResponse, base: string): AccessDecision {
  const { requestId, traceId, verdict, score, band, code, reason, obligations, rewrite } = answer;
  return {
    decision: verdict === 'allow',
    context: {
      request_id: requestId,
      trace_id: traceId,
      verdict,
      score,
      band,
      reason_user: { en: reason },
      obligations,
      ...(code === undefined ? {} : { code }),
      ...(rewrite === undefined ? {} : { rewrite }),
      ...accessRequestOf(answer, base),
    },
  };
}

function accessRequestOf({ requestId, verdict, approval, expiresAt, reason }: EvaluateResponse, base: string) {
  if (verdict !== 'pending' || approval === undefined || expiresAt === undefined) return {};
  const poll = `${base}/agent/requests/${requestId}`;
  return { access_request: { id: approval, poll, expires_at: new Date(expiresAt).toISOString(), reason } };
}

function failure(error: unknown): AccessDecision {
  const known = error instanceof CountersignError ? error : new CountersignError('internal');
  const { status, detail } = known.toProblem();
  return { decision: false, context: { error: { status, code: known.code, message: detail } } };
}

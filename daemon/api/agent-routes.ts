/** What an agent may ask over HTTP. */
import type { RouteName } from '../../protocol/routes.ts';
import type { Gate } from '../gate/gate.ts';
import type { GateRequest } from '../gate/requests.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import { createClaims } from './access-claims.ts';
import { accessRoutes, type AccessRouteName } from './access-routes.ts';
import { describe, progress } from './answers.ts';
import { actionOf, requestIdOf, type AgentPeer } from './asking.ts';
import { callbackTarget } from './callback-target.ts';
import type { Callbacks } from './callbacks.ts';
import type { Handlers } from './http.ts';
import { openApi } from './openapi/document.ts';
import { sessionRoutes, type SessionRouteName } from './session-routes.ts';
import type { OwnSessions } from './own-sessions.ts';

type OwnRouteName = Extract<
  RouteName,
  'health' | 'openApi' | 'evaluate' | 'explain' | 'request' | 'cancel' | 'outcome'
>;
export type AgentRouteName = OwnRouteName | AccessRouteName | SessionRouteName;

export type AgentRoutesOptions = {
  readonly gate: Gate;
  readonly belongingOf: (peer: AgentPeer) => Belonging;
  readonly own: OwnSessions;
  readonly callbacks: Callbacks;
  readonly wallMs: () => number;
  readonly version: string;
  readonly home: string;
  /** Why the policy in force is not the one in the files. */
  readonly problems: () => readonly string[];
};

export function agentRoutes(options: AgentRoutesOptions): Handlers<AgentPeer, AgentRouteName> {
  const { gate, belongingOf, callbacks, version, home, problems } = options;
  const own = (peer: AgentPeer, id: string | undefined): GateRequest => gate.find(belongingOf(peer).session, id ?? '');
  const claims = createClaims(options.wallMs);
  let document: ReturnType<typeof openApi> | undefined;

  return {
    ...accessRoutes({ ...options, claims }),
    ...sessionRoutes(options),
    health: () => ({ ok: true, version, pid: process.pid, home }),
    openApi: () => (document ??= openApi('agent', version)),
    async evaluate({ headers, body, onGone }, peer) {
      const belonging = belongingOf(peer);
      const requestId = requestIdOf(headers['idempotency-key'], body.requestId);
      const { understands, callbackUrl, callbackSecret, waitMs } = body;
      const target = callbackUrl === undefined ? undefined : callbackTarget(callbackUrl);
      if (target !== undefined) callbacks.checkRoom();
      const action = actionOf(body.action, belonging);
      const request = gate.open({ requestId, action, belonging, keep: true, understands });
      const answer = await progress(request, waitMs, onGone);
      if (target !== undefined && answer.verdict === 'pending') {
        callbacks.follow(
          request.answer.then(() => describe(request)),
          target,
          callbackSecret ?? '',
        );
      }
      return answer;
    },
    async explain({ body }, peer) {
      const action = actionOf(body.action, belongingOf(peer));
      return { ...(await gate.explain(action)), problems: [...problems()] };
    },
    async request({ params, query, onGone }, peer) {
      const answer = await progress(own(peer, params['id']), query.waitMs, onGone);
      if (answer.verdict !== 'pending') claims.heard(answer.requestId);
      return answer;
    },
    cancel({ params }, peer) {
      own(peer, params['id']).cancel();
      return { done: true };
    },
    async outcome({ params, body }, peer) {
      await gate.outcome(belongingOf(peer).session, params['id'] ?? '', body);
      return { done: true };
    },
  };
}

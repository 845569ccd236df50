/** Who asks over HTTP, for what, and under which name. */
import { randomUUID } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { EvaluateAction } from '../../protocol/agent-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Belonging } from '../identity/agent-sessions.ts';

/** The process at the other end of an agent connection; `tcp` is where it came in without a process to be known by. */
export type AgentPeer = { readonly pid: number; readonly tcp?: string };

/** The header and the body name the same thing; a request that says two names is of no use to anybody. */
export function requestIdOf(key: string | undefined, given?: string): string {
  const bare = key?.replaceAll('"', '');
  if (bare !== undefined && given !== undefined && bare !== given) {
    throw new CountersignError('bad_request', '`Idempotency-Key` and `requestId` differ');
  }
  return bare ?? given ?? randomUUID();
}

/** The session is the peer's, whatever the request says; only the display name of an ungoverned agent is taken from it. */
export function actionOf(action: EvaluateAction, belonging: Belonging): Action {
  const agent = belonging.governed ? belonging.agent : (action.agent ?? belonging.agent);
  return { ...action, agent, session: belonging.session };
}

/** Sessions that programs open for themselves over HTTP. */
import { CountersignError } from '../../protocol/errors.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { AgentPeer } from './asking.ts';
import type { Handlers } from './http.ts';
import type { OwnSessions } from './own-sessions.ts';

export type SessionRouteName = Extract<RouteName, 'openSession' | 'endSession' | 'sessionFrames'>;

export function sessionRoutes({ own }: { readonly own: OwnSessions }): Handlers<AgentPeer, SessionRouteName> {
  return {
    openSession: ({ body }, peer) => own.open(processOf(peer), body),
    endSession({ params, body }, peer) {
      own.end(processOf(peer), params['id'] ?? '', body.exitCode);
      return { done: true };
    },
    async sessionFrames({ params, body }, peer) {
      await own.tell(processOf(peer), params['id'] ?? '', body.frames);
      return { recorded: body.frames.length };
    },
  };
}

function processOf({ pid, tcp }: AgentPeer): number {
  if (tcp === undefined) return pid;
  throw new CountersignError('bad_request', 'a session has a process as its root; open it over the socket');
}

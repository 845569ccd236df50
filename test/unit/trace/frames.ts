/** Frames to append. */
import type { NewTraceEvent } from '../../../protocol/trace.ts';

export function event(over: Partial<NewTraceEvent> = {}): NewTraceEvent {
  return {
    at: 1_700_000_000_000,
    kind: 'action.decided',
    traceId: 't1',
    session: 's1',
    agent: 'tester',
    actorType: 'agent',
    user: 'someone',
    data: { score: 12, verdict: 'allow' },
    payload: { decision: { reason: 'harmless' } },
    line: { kind: 'exec', summary: 'list files', score: 12, verdict: 'allow' },
    ...over,
  };
}

export function events(count: number, over: (at: number) => Partial<NewTraceEvent> = () => ({})): NewTraceEvent[] {
  return Array.from({ length: count }, (_, at) =>
    event({ traceId: `t${at + 1}`, at: 1_700_000_000_000 + at, ...over(at) }),
  );
}

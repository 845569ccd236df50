/** What a person may do with what was let through for now: see it, and say what they found. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { ReviewItem } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { RouteName } from '../../protocol/routes.ts';
import type { NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import { reasonsOf } from '../gate/messages.ts';
import { reviewedFrame, type Origin } from '../gate/recorder.ts';
import type { Approvers } from '../identity/approvers.ts';
import type { ControlSessions } from '../identity/control-sessions.ts';
import type { TraceStore } from '../trace/store.ts';
import type { ControlPeer } from './control-access.ts';
import type { Handlers } from './http.ts';

export type ReviewRouteName = Extract<RouteName, 'reviews' | 'review'>;

type ReviewRoutesOptions = {
  readonly store: TraceStore;
  readonly approvers: Approvers;
  readonly controls: ControlSessions;
  readonly record: (events: readonly NewTraceEvent[]) => Promise<void>;
  readonly user: string;
  readonly wallMs: () => number;
};

export function reviewRoutes(options: ReviewRoutesOptions): Handlers<ControlPeer, ReviewRouteName> {
  const { store, approvers, controls, record, user, wallMs } = options;
  const marking = new Set<string>();
  return {
    async reviews({ query }) {
      // By trace: an action that was judged again is what it was judged to be last.
      const items = (await store.reviews(query.limit)).map((frame) => [frame.event.traceId, itemOf(frame)] as const);
      return [...new Map(items).values()];
    },
    async review({ params, body }, { terminal }) {
      const trace = params['trace'] ?? '';
      const approver = approvers.find(controls.use(terminal)?.approver ?? '');
      // INVARIANT: nobody looks whether it waits while somebody else is about to say that it no longer does.
      if (marking.has(trace)) throw unknown();
      marking.add(trace);
      try {
        const origin = waitingIn(await store.frames(trace));
        if (origin === undefined) throw unknown();
        const said = { ...body, approver: approver?.id ?? null, human: approver?.human ?? '' };
        await record([reviewedFrame({ ...origin, at: wallMs(), user }, said)]);
      } finally {
        marking.delete(trace);
      }
      return { done: true };
    },
  };
}

function itemOf({ event, payload }: StoredFrame): ReviewItem {
  const { traceId: trace, at, agent, session, data } = event;
  // The gate wrote it from one; nothing is left of it once it was erased.
  const assessment = payload?.['assessment'] as Assessment | undefined;
  return {
    trace,
    at,
    summary: assessment?.summary ?? 'erased',
    score: Number(data['score']),
    agent,
    session,
    reasons: assessment === undefined ? [] : [...reasonsOf(assessment)],
  };
}

/** Whose action it was, when its last word on a review is that it waits. */
function waitingIn(frames: readonly StoredFrame[]): Pick<Origin, 'traceId' | 'session' | 'agent'> | undefined {
  const last = frames.findLast(({ event }) => event.line?.review !== undefined)?.event;
  return last?.line?.review === 'waiting' ? last : undefined;
}

function unknown(): CountersignError {
  return new CountersignError(
    'not_found',
    'nothing of this trace waits for a review; `countersign review` lists what does',
  );
}

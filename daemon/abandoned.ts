/** Approvals that were open when the last daemon died: nobody will answer them, and the trace says so. */
import type { StoredFrame } from '../protocol/trace.ts';
import { closedFrame, frame, type Origin } from './gate/recorder.ts';
import type { TraceStore } from './trace/store.ts';

/** `isOwn`: put by this daemon. Times do not tell: the clock may have been set back since. */
export async function closeAbandoned(
  store: TraceStore,
  isOwn: (traceId: string) => boolean,
  wallMs: () => number,
  user: string,
): Promise<void> {
  const lines = await store.pendingTraces();
  for (const { traceId, session, agent } of lines.filter((line) => !isOwn(line.traceId))) {
    const origin = { at: wallMs(), traceId, session, agent, user };
    const frames = await store.frames(traceId);
    await store.append(
      [...openApprovals(frames).map((id) => closedFrame(origin, id, 'abandoned')), deniedFrame(origin)],
      { durable: true },
    );
  }
}

function openApprovals(frames: readonly StoredFrame[]): readonly string[] {
  const ids = (kind: string) =>
    frames.filter(({ event }) => event.kind === kind).map(({ event }) => String(event.data['approval']));
  const closed = new Set(ids('approval.closed'));
  return ids('approval.requested').filter((id) => !closed.has(id));
}

function deniedFrame(origin: Origin) {
  return frame(origin, {
    kind: 'action.decided',
    actorType: 'system',
    data: { verdict: 'deny', by: 'failure', code: 'approval_abandoned' },
    line: { verdict: 'deny', outcome: 'refused' },
  });
}

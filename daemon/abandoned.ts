/** Approvals that were open when the last daemon died: nobody will answer them, and the trace says so. */
import type { StoredFrame } from '../protocol/trace.ts';
import { closedFrame, frame, type Origin } from './gate/recorder.ts';
import type { TraceStore } from './trace/store.ts';

/** More lines than could have been waiting. */
const LOOK_BACK_LINES = 1_000;

export async function closeAbandoned(store: TraceStore, wallMs: () => number, user: string): Promise<void> {
  const lines = await store.log({ limit: LOOK_BACK_LINES });
  for (const { traceId, session, agent } of lines.filter((line) => line.verdict === 'pending')) {
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

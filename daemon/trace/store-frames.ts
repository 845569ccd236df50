/** Frames about the store itself. Their traces share one beginning of their names, so that few rows lead to all of them. */
import type { BackupManifest, NewTraceEvent, TraceData } from '../../protocol/trace.ts';

export type StoreOrigin = { readonly at: number; readonly user: string };

/** Who asked for an erasure and why; the reason can be erased one day like anything that somebody typed. */
export type ErasureCause =
  { readonly by: 'age' | 'size' } | { readonly by: 'order'; readonly approver: string | null; readonly reason: string };

let counter = 0;

export function erasedFrame(origin: StoreOrigin, cause: ErasureCause): NewTraceEvent {
  if (cause.by !== 'order') {
    const summary = cause.by === 'age' ? 'old payloads erased' : 'payloads erased to make room';
    return storeFrame(origin, { kind: 'payload.erased', actorType: 'system', data: { by: cause.by } }, summary);
  }
  const { by, approver, reason } = cause;
  const fields = { kind: 'payload.erased', actorType: 'human', data: { by, approver }, payload: { reason } } as const;
  return storeFrame(origin, fields, `payloads erased: ${reason}`);
}

export function recordingsErasedFrame(origin: StoreOrigin, recordings: number): NewTraceEvent {
  const data = { by: 'age', recordings };
  return storeFrame(
    origin,
    { kind: 'payload.erased', actorType: 'system', data },
    `${recordings} old recordings erased`,
  );
}

/** One frame for a whole sweep, with how many it took. */
export function sweptFrame(origin: StoreOrigin, by: 'age' | 'size', payloads: number): NewTraceEvent {
  const data = { by, payloads };
  const why = by === 'age' ? 'for their age' : 'to make room';
  return storeFrame(origin, { kind: 'payload.erased', actorType: 'system', data }, `${payloads} payloads erased ${why}, as the settings say`); // prettier-ignore
}

export function retentionFrame(origin: StoreOrigin, summary: string): NewTraceEvent {
  return storeFrame(origin, { kind: 'config.loaded', actorType: 'system', data: {} }, summary);
}

/** Has no line of its own: it is there to be read again by the daemon. */
export function retentionStateFrame({ at, user }: StoreOrigin, traceId: string, data: TraceData): NewTraceEvent {
  return { at, user, traceId, session: 'store', agent: '', kind: 'config.loaded', actorType: 'system', data };
}

export function savedFrame(origin: StoreOrigin, { events, head, digest }: BackupManifest): NewTraceEvent {
  const data = { events, head, digest };
  return storeFrame(origin, { kind: 'store.saved', actorType: 'human', data }, `trace backed up, ${events} frames`);
}

function storeFrame(
  { at, user }: StoreOrigin,
  fields: Pick<NewTraceEvent, 'kind' | 'actorType' | 'data' | 'payload'>,
  summary: string,
): NewTraceEvent {
  const traceId = `store-${at.toString(36)}-${process.pid}-${++counter}`;
  const line = { kind: fields.kind, summary, score: null, verdict: null, outcome: null };
  return { at, user, traceId, session: 'store', agent: '', ...fields, line };
}

/** When the daemon was in observe mode, as the trace tells: only then has a client anything to spool. */
import type { TraceStore } from '../trace/store.ts';

/** Was observe mode chosen at this time (ms since the epoch)? */
export type Observed = (at: number) => boolean;

/** Between a change of the mode and the moment in which every client has read of it. */
const SLACK_MS = 5_000;
/** What people and the daemon did last; of what is older nothing can be said, and so nothing in favour of a claim. */
const MOST_LINES = 10_000;
const TELLING: ReadonlySet<string> = new Set(['daemon.started', 'mode.changed']);

export async function observedIn(store: Pick<TraceStore, 'log' | 'frames'>): Promise<Observed> {
  const lines = await store.log({ session: 'control', limit: MOST_LINES });
  const changes: { readonly at: number; readonly observe: boolean }[] = [];
  for (const { traceId, kind, at } of lines) {
    if (!TELLING.has(kind)) continue;
    const observe = (await store.frames(traceId)).at(0)?.event.data['mode'] === 'observe';
    // Only what changes something is kept.
    if (changes.at(-1)?.observe !== observe) changes.push({ at, observe });
  }
  const modeAt = (at: number): boolean => changes.findLast((change) => change.at <= at)?.observe ?? false;
  return (at) => modeAt(at - SLACK_MS) || modeAt(at + SLACK_MS);
}

/** The trace store when it cannot be written, and when it can again. */
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

/** How often it is tried when nothing else does: the gate's denials write nothing. */
const TRY_MS = 2_000;

/** To be called on a tick: whoever watches learns of the change at once, and the trace itself tells of the gap. */
export function followStore(
  { store, log, status, events, record, clock, lastFaultMs }: Core,
  tell: (message: LiveMessage) => void,
): () => void {
  let problem: string | undefined;
  let since = clock.wallMs();
  let seenFaultMs = lastFaultMs();
  let trying = false;
  let triedMs = 0;
  const attempt = (): void => {
    if (trying || clock.bootMs() - triedMs < TRY_MS) return;
    [trying, triedMs] = [true, clock.bootMs()];
    record([events.traceResumed(since)])
      .catch(() => undefined) // the store says what is wrong with it
      .finally(() => (trying = false));
  };
  return () => {
    const before = problem;
    problem = store.problem();
    // It may have come and gone between two ticks; what was lost meanwhile is a gap all the same.
    const faulted = lastFaultMs() > seenFaultMs;
    seenFaultMs = lastFaultMs();
    if (faulted && before === undefined) since = seenFaultMs;
    if (problem !== undefined || (faulted && before === undefined)) attempt();
    if (problem === before && !faulted) return;
    if (problem === undefined) log.part('trace').info('the trace can be written again', { since });
    tell({ type: 'status', status: status(false) });
  };
}

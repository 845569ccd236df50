/** The trace store when it cannot be written, and when it can again. */
import type { LiveMessage } from '../protocol/control-api.ts';
import type { Core } from './core.ts';

/** To be called on a tick: whoever watches learns of the change at once, and the log says how it ended. */
export function followStore({ store, log, status }: Core, tell: (message: LiveMessage) => void): () => void {
  let problem = store.problem();
  return () => {
    const before = problem;
    problem = store.problem();
    if (problem === before) return;
    if (problem === undefined) log.part('trace').info('the trace can be written again');
    tell({ type: 'status', status: status(false) });
  };
}

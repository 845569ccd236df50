/** Whether this process may change something: the daemon says so, and what lies above this process does not speak against it. */
import { systemProcessTable } from '../../daemon/identity/process-table.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { isBelowRun } from './below-run.ts';

/** A daemon that is silent for so long is not waited for: the processes above are looked at instead. */
const PATIENCE_MS = 5_000;

/** INVARIANT: throws `governed_peer` below a guarded agent, also where no daemon answers. Asked before anything is changed. */
export async function requirePerson(context: Context): Promise<void> {
  await askDaemon(context);
  if (isBelowRun(context.paths.home, systemProcessTable(), process.pid)) throw new CountersignError('governed_peer');
}

/** It remembers more than can be seen from here, and records a refusal. */
async function askDaemon({ control }: Context): Promise<void> {
  try {
    await control.call('status', { signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (error) {
    // A daemon that is made too busy to answer is no way round it.
    if (error instanceof CountersignError && ['governed_peer', 'too_busy'].includes(error.code)) throw error;
  }
}

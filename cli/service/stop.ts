/** Stops the daemon gracefully and waits until it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { askHealth } from './start.ts';

const STOP_TIMEOUT_MS = 10_000;
const POLL_MS = 25;

/** False when there was none. */
export async function stopDaemon(context: Context): Promise<boolean> {
  const health = await askHealth(context);
  if (health === undefined) return false;
  await context.control.call('stop');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isAlive(health.pid)) {
    if (Date.now() > deadline) throw new CountersignError('internal', `the daemon (pid ${health.pid}) does not stop`);
    await sleep(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

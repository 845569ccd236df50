/** Stops the daemon gracefully, one that hangs by force, and waits until it is gone. */
import { setTimeout as sleep } from 'node:timers/promises';

import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { isAlive, lockHolder } from './lock-holder.ts';
import { managerInCharge } from './service.ts';
import { askHealth } from './start.ts';
import { noteStop } from './stopped-mark.ts';

const STOP_TIMEOUT_MS = 10_000;
/** For one that no longer answers: what is acknowledged is on disk. */
const HANGING_MS = 2_000;
const POLL_MS = 25;

/** False when there was none. */
export async function stopDaemon(context: Context): Promise<boolean> {
  const answering = await answeringPid(context);
  // Asked first, because the daemon refuses whoever is below a guarded agent.
  const asked = answering !== undefined && (await askToStop(context));
  const pid = answering ?? lockHolder(context.paths);
  noteStop(context.paths);
  if (pid !== undefined) await end(pid, !asked);
  // A start that the manager has planned after a crash is taken back; one that gives it up runs nothing to lose.
  await (await managerInCharge(context))?.stop();
  return pid !== undefined;
}

async function answeringPid(context: Context): Promise<number | undefined> {
  try {
    return (await askHealth(context))?.pid;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'daemon_lost') return undefined;
    throw error;
  }
}

/** False when its control socket is gone or no longer its own. */
async function askToStop({ control }: Context): Promise<boolean> {
  try {
    await control.call('stop');
    return true;
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'daemon_unreachable') return false;
    throw error;
  }
}

async function end(pid: number, hangs: boolean): Promise<void> {
  if (hangs) process.kill(pid, 'SIGTERM');
  if (await isGoneWithin(hangs ? HANGING_MS : STOP_TIMEOUT_MS, pid)) return;
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  if (!(await isGoneWithin(STOP_TIMEOUT_MS, pid)))
    throw new CountersignError('internal', `the daemon (pid ${pid}) does not stop`);
}

async function isGoneWithin(timeoutMs: number, pid: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (isAlive(pid)) {
    if (Date.now() > deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}

/** Starts the daemon, through the service manager where it has a service, and waits until it answers. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Health } from '../../protocol/agent-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Context } from '../context.ts';
import { requirePerson } from '../person/require-person.ts';
import { DAEMON_MAIN, SYSTEM_PATH } from './daemon-program.ts';
import { managerInCharge } from './service.ts';
import { endOfLog, startFailure } from './start-failure.ts';
import { forgetStop, isStopped } from './stopped-mark.ts';

/** On a busy machine a start takes its time; one that fails ends and is noticed at once. */
const START_TIMEOUT_MS = 30_000;
const POLL_MS = 25;
/** A daemon that is silent for so long hangs. */
const HEALTH_MS = 10_000;
/** The daemon found another one in its home. */
const GAVE_WAY_EXIT_CODE = 3;

/** What the daemon may inherit. NODE_OPTIONS, LD_PRELOAD and the caller's PATH could change what it runs. */
const INHERITED = [
  'HOME', 'USER', 'LOGNAME', 'LANG', 'TMPDIR', 'COUNTERSIGN_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME',
  'XDG_RUNTIME_DIR', 'DBUS_SESSION_BUS_ADDRESS', 'DISPLAY', 'WAYLAND_DISPLAY',
]; // prettier-ignore

export type Started = {
  readonly health: Health;
  readonly startedNow: boolean;
  /** A person had stopped it. */
  readonly wasStopped: boolean;
};

/** Idempotent. Throws `daemon_unreachable` with what its log says when it does not come up. */
export async function startDaemon(context: Context): Promise<Started> {
  const wasStopped = isStopped(context.paths);
  // INVARIANT: what a person stopped is not started again below a guarded agent.
  if (wasStopped) await requirePerson(context);
  forgetStop(context.paths);
  const running = await askHealth(context);
  if (running !== undefined) return { health: running, startedNow: false, wasStopped: false };
  const logged = endOfLog(context.paths.log);
  const hasEnded = await begin(context);
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (Date.now() < deadline && !hasEnded()) {
    await sleep(POLL_MS);
    const health = await askOnceStarted(context);
    if (health !== undefined) return { health, startedNow: true, wasStopped };
  }
  throw startFailure(context.paths.log, logged);
}

/** Undefined while nobody answers; throws `daemon_lost` when one listens and is silent. */
export async function askHealth({ agent }: Pick<Context, 'agent'>): Promise<Health | undefined> {
  const patience = AbortSignal.timeout(HEALTH_MS);
  try {
    return await agent.call('health', { signal: patience });
  } catch (cause) {
    if (patience.aborted) {
      const detail = 'the daemon runs but does not answer; `countersign down` ends it';
      throw new CountersignError('daemon_lost', detail, { cause });
    }
    if (cause instanceof CountersignError && isAbsence(cause)) return undefined;
    throw cause;
  }
}

/** One that has just begun to listen may be slow to answer; the deadline of the start is enough. */
async function askOnceStarted(context: Context): Promise<Health | undefined> {
  try {
    return await askHealth(context);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'daemon_lost') return undefined;
    throw error;
  }
}

function isAbsence({ code }: CountersignError): boolean {
  return code === 'daemon_unreachable' || code === 'daemon_lost';
}

/** Answers whether what was started has ended without a daemon to take its place. */
async function begin(context: Context): Promise<() => boolean> {
  const manager = await managerInCharge(context);
  const said = await manager?.start();
  if (said?.ok === true) return () => false;
  if (said !== undefined) context.note(`${manager?.name ?? ''} does not start the service: ${said.text}`);
  const child = launch(context);
  let exit: number | undefined;
  child.once('exit', (code) => (exit = code ?? 1));
  child.once('error', () => (exit = 1));
  // One that gave way to another caller's daemon is no failure: that one will answer.
  return () => exit !== undefined && exit !== GAVE_WAY_EXIT_CODE;
}

function launch({ paths, env }: Context): ChildProcess {
  mkdirSync(paths.home, { recursive: true, mode: 0o700 });
  const log = openSync(paths.log, 'a', 0o600);
  const clean = Object.fromEntries(INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  const child = spawn(process.execPath, [DAEMON_MAIN], {
    detached: true,
    cwd: paths.home,
    stdio: ['ignore', log, log],
    env: { ...clean, PATH: SYSTEM_PATH },
  });
  closeSync(log);
  child.unref();
  return child;
}

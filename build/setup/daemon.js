// Stops a daemon that runs from this checkout, because its modules are about to be replaced under it.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { ROOT } from './root.js';
import { say, SetupError } from './say.js';

const STOP_TIMEOUT_MS = 15_000;
const POLL_MS = 50;

/** The `lock` of protocol/paths.ts, said again because nothing that runs TypeScript is installed yet; a test compares. */
export function lockFile({ env, platform, homedir: home }) {
  const single = absolute(env.COUNTERSIGN_HOME);
  if (single !== undefined) return `${single}/run/daemon.lock`;
  if (platform === 'darwin') return `${home}/Library/Application Support/Countersign/run/daemon.lock`;
  const runtime = absolute(env.XDG_RUNTIME_DIR);
  if (runtime !== undefined) return `${runtime}/countersign/daemon.lock`;
  return `${absolute(env.XDG_DATA_HOME) ?? `${home}/.local/share`}/countersign/run/daemon.lock`;
}

function absolute(path) {
  return path?.startsWith('/') && path.length > 1 ? path.replace(/\/+$/, '') : undefined;
}

export async function stopDaemon() {
  const pid = runningDaemon();
  if (pid === undefined) return;
  say(`stopping the daemon (pid ${pid}): it runs on the modules that are about to be replaced`);
  say('guarded commands are denied until it is back; `npm start` or `countersign up` starts it');
  process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (isOurs(pid)) {
    if (Date.now() > deadline) throw new SetupError(`the daemon (pid ${pid}) does not stop; end it and run this again`);
    await sleep(POLL_MS);
  }
}

const DAEMON_MAINS = ['main.js', 'main.ts'].map((name) => join(ROOT, 'daemon', name));

function isOurs(pid) {
  const command = commandLine(pid);
  return DAEMON_MAINS.some((main) => command.includes(main));
}

/** The lock file outlives its daemon, and pids come back: only a process that runs our main is ours to stop. */
function runningDaemon() {
  const file = lockFile({ env: process.env, platform: process.platform, homedir: process.env.HOME ?? homedir() });
  const pid = existsSync(file) ? pidOf(readFileSync(file, 'utf8')) : undefined;
  return pid !== undefined && isOurs(pid) ? pid : undefined;
}

function pidOf(text) {
  try {
    const { pid } = JSON.parse(text);
    return Number.isInteger(pid) && pid > 1 ? pid : undefined;
  } catch (error) {
    // Being written at this moment, or cut off by a crash: no daemon that could be found by it.
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Empty when there is no such process. */
function commandLine(pid) {
  try {
    if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return execFileSync('ps', ['-p', String(pid), '-o', 'command='], { encoding: 'utf8' });
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ESRCH' || error.status === 1) return '';
    throw error;
  }
}

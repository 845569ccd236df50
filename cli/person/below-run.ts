/** Whether a process lies below a guarded run, by the processes above it and the runs that were written down. */
import { lstatSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';

import { openAgentSessions } from '../../daemon/identity/agent-sessions.ts';
import { lineage, type ProcessTable } from '../../daemon/identity/process-table.ts';
import { resolvePaths } from '../../protocol/paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Set by `run` in the agent's environment. It can only refuse: hiding it admits nobody. */
const RUN_MARKER = 'COUNTERSIGN_SESSION';

/** `own` is the home of this process. Throws when what is written in a home cannot be understood. */
export function isBelowRun(own: string, table: ProcessTable, pid: number): boolean {
  const environments = [...lineage(table, pid)].map((above) => environmentOf(above.pid));
  if (environments.some((env) => env[RUN_MARKER] !== undefined)) return true;
  // Naming another home does not leave the run: what started it still says where it is registered.
  const homes = new Set([own, ...[...environments, {}].map(homeOf)]);
  return [...homes].some((home) => isRegistered(join(home, 'runs.json'), table, pid));
}

/** Runs that ended are not taken into account; of one that goes on, what cannot be followed is taken to be below it. */
function isRegistered(file: string, table: ProcessTable, pid: number): boolean {
  const sessions = open(file, table);
  return sessions.list().length > 0 && sessions.isGoverned(pid);
}

function open(file: string, table: ProcessTable) {
  try {
    return openAgentSessions(table, file);
  } catch (cause) {
    // No run of this user is registered in another's home.
    if ((cause as NodeJS.ErrnoException).code === 'EACCES' && isForeign(file)) return openAgentSessions(table);
    throw new Error(`\`${file}\` cannot be read, so nobody can tell whether this runs below a guarded agent`, {
      cause,
    });
  }
}

/** By what can be seen of the way to it: closing one's own folder hides nothing. */
function isForeign(path: string): boolean {
  try {
    return lstatSync(path).uid !== process.getuid?.();
  } catch {
    // Hidden in the folder above, or not there.
    return path !== '/' && isForeign(dirname(path));
  }
}

function homeOf(env: Environment): string {
  return resolvePaths({ env, platform: process.platform, homedir: env['HOME'] ?? userInfo().homedir }).home;
}

/** As the process was started with; empty where the system does not tell. */
function environmentOf(pid: number): Environment {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    return Object.fromEntries(entries.map((entry) => [entry.replace(/=.*/s, ''), entry.slice(entry.indexOf('=') + 1)]));
  } catch {
    // Gone, another user's, or a system without it.
    return {};
  }
}

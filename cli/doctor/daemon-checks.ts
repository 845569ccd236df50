/** The daemon: one, ours, of this version, and with two rights on two sockets. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../../protocol/errors.ts';
import { createControlClient } from '../../sdk/typescript/client.ts';
import { lockHolder } from '../service/lock-holder.ts';
import { formatDuration } from '../terminal/durations.ts';
import { installedVersion } from '../version.ts';
import { fail, ok, skipped, warn, type Check, type Finding } from './check.ts';
import { lookAt } from './look-at.ts';
import type { Scene } from './scene.ts';

const RESTART = 'countersign down; countersign up';
const MEGABYTE = 1024 * 1024;
/** Several times what a daemon needs. */
const MEMORY_BYTES = 500 * MEGABYTE;

export const DAEMON_CHECKS: readonly Check[] = [
  { id: 'socket.agent', group: 'Daemon', look: ({ context }) => socket(context.paths.agentSocket) },
  { id: 'socket.control', group: 'Daemon', look: ({ context }) => socket(context.paths.controlSocket) },
  { id: 'daemon.answers', group: 'Daemon', needs: ['socket.agent'], look: answers },
  { id: 'daemon.version', group: 'Daemon', needs: ['daemon.answers'], look: version },
  { id: 'daemon.owner', group: 'Daemon', needs: ['daemon.answers'], look: owner },
  { id: 'daemon.control', group: 'Daemon', needs: ['daemon.answers', 'socket.control'], look: control },
  { id: 'daemon.rights', group: 'Daemon', needs: ['daemon.answers'], look: rights },
  { id: 'daemon.problems', group: 'Daemon', needs: ['daemon.control'], look: problems },
  { id: 'daemon.memory', group: 'Daemon', needs: ['daemon.control'], look: memory },
];

/** A missing socket means that nobody listens, which the next check says. */
function socket(path: string): Finding {
  const found = lookAt(path);
  if (found === undefined) return ok('not there: nobody listens');
  if (!found.isSocket()) return fail(`${path} is not a socket; something was put in its place`, RESTART);
  if (found.uid !== process.getuid?.()) return fail(`${path} belongs to another user`, RESTART);
  if ((found.mode & 0o077) !== 0) return fail(`${path} is open to others`, RESTART);
  return ok(path);
}

async function answers({ context: { paths }, health }: Scene): Promise<Finding> {
  try {
    const { pid, version } = await health();
    return ok(`pid ${pid}, version ${version}`);
  } catch {
    // Why nobody answers is told by what is there.
    const holder = lockHolder(paths);
    if (holder === undefined) return fail('the daemon is not running; guarded commands are denied', 'countersign up');
    return fail(`the daemon (pid ${holder}) runs and does not answer`, RESTART);
  }
}

async function version({ health }: Scene): Promise<Finding> {
  const { version: running } = await health();
  const own = installedVersion();
  if (running === own) return ok(`daemon and command are both ${own}`);
  return fail(`the daemon is ${running}, the command ${own}`, RESTART);
}

/** INVARIANT: who answers is the process that holds the home, and the socket at this path is its own. */
async function owner({ context: { paths }, health }: Scene): Promise<Finding> {
  const { pid, home } = await health();
  if (home !== paths.home) return fail(`the daemon that answers is of another home: ${home}`, RESTART);
  const holder = lockHolder(paths);
  if (holder !== pid) return fail(`pid ${pid} answers, and the home is held by ${holder ?? 'nobody'}`, RESTART);
  if (process.platform !== 'linux') return ok(`pid ${pid} holds the home`);
  const inodes = listenersAt(paths.agentSocket);
  const own = socketsOf(pid);
  if (inodes.length > 0 && !inodes.some((inode) => own.has(inode))) return fail(`another process than pid ${pid} listens on ${paths.agentSocket}`, RESTART);
  return ok(`pid ${pid} holds the home and listens on its sockets`);
} // prettier-ignore

/** Of sockets that accept connections: those have bit 16 in their flags. */
function listenersAt(path: string): readonly string[] {
  const rows = readFileSync('/proc/net/unix', 'utf8').split('\n').map((line) => line.trim().split(/\s+/)); // prettier-ignore
  return rows.flatMap((row) =>
    row[7] === path && (parseInt(row[3] ?? '0', 16) & 0x10000) !== 0 ? [row[6] ?? ''] : [],
  );
}

function socketsOf(pid: number): ReadonlySet<string> {
  const folder = `/proc/${pid}/fd`;
  const names = readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, fd)))?.[1] ?? [];
    } catch {
      // Closed in between.
      return [];
    }
  });
  return new Set(names);
}

async function control({ status }: Scene): Promise<Finding> {
  try {
    const { mode, pausedUntil, unlocked } = await status();
    const words = pausedUntil === null ? mode : `${mode}, paused until ${new Date(pausedUntil).toISOString()}`;
    return ok(`${words}; this terminal is ${unlocked ? 'unlocked' : 'locked'}`);
  } catch (error) {
    if (error instanceof CountersignError && error.code === 'governed_peer') return skipped('this runs below a guarded agent, which may not look');
    return fail(`the control socket does not answer: ${(error as Error).message}`, RESTART);
  }
} // prettier-ignore

/** Asks on the socket for agents for what only a deciding terminal may have. */
async function rights({ context: { paths } }: Scene): Promise<Finding> {
  const wrongDoor = createControlClient({ socketPath: paths.agentSocket, intent: 'doctor' });
  try {
    await wrongDoor.call('wrapKey', { signal: AbortSignal.timeout(5_000) });
  } catch (error) {
    const code = error instanceof CountersignError ? error.code : undefined;
    if (code === 'not_found') return ok('the socket for agents cannot decide');
    return fail(`the socket for agents answered \`${code ?? String(error)}\` to a route that decides`, RESTART);
  }
  return fail('the socket for agents serves a route that decides', RESTART);
}

async function problems({ status }: Scene): Promise<Finding> {
  const { problems: told } = await status();
  // Faults in policies and settings have checks of their own, with the same words.
  const others = told.filter((problem) => !/\.yaml:\d+:\d+: /.test(problem));
  return others.length === 0 ? ok('the daemon reports no problems') : warn(others.join('; '), 'countersign status');
}

async function memory({ status }: Scene): Promise<Finding> {
  const { pid, uptimeMs } = await status();
  const up = `up ${formatDuration(uptimeMs)}`;
  if (process.platform !== 'linux') return ok(up);
  const kilobytes = Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  const words = `${Math.round((kilobytes * 1024) / MEGABYTE)} MB, ${up}`;
  return kilobytes * 1024 > MEMORY_BYTES ? warn(`the daemon takes ${words}`, RESTART) : ok(words);
}

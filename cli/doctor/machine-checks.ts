/** The machine underneath: its clock, its limits, its log. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { release } from 'node:os';

import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import type { Scene } from './scene.ts';

/** Two processes may look at the clock in another order than they write. */
const CLOCK_TOLERANCE_MS = 60_000;
const LOG_BYTES = 100 * 1024 * 1024;
/** Editors take thousands; the daemon takes one instance and a few watches. */
const LEAST_INSTANCES = 16;
const LEAST_WATCHES = 1_024;
const INOTIFY = '/proc/sys/fs/inotify';

export const MACHINE_CHECKS: readonly Check[] = [
  { id: 'machine.clock', group: 'Machine', needs: ['daemon.control'], look: clock },
  { id: 'machine.inotify', group: 'Machine', look: inotify },
  { id: 'machine.log', group: 'Machine', look: log },
  { id: 'machine.sealing', group: 'Machine', look: sealing },
];

/** A clock that was set back puts new frames before old ones, and ends pauses and grants. */
async function clock({ context: { control } }: Scene): Promise<Finding> {
  const [last] = (await control.call('log', { query: { limit: 1 } })).slice(-1);
  if (last === undefined) return ok('nothing is recorded yet');
  const aheadMs = last.at - Date.now();
  if (aheadMs <= CLOCK_TOLERANCE_MS) return ok('the clock is after the last frame');
  const remedy = process.platform === 'darwin' ? 'sudo sntp -sS time.apple.com' : 'timedatectl status';
  return fail(`the clock is ${Math.round(aheadMs / 1000)} s before the last frame`, remedy);
}

function inotify(): Finding {
  if (process.platform !== 'linux') return skipped('not on this system');
  const [instances = 0, watches = 0] = ['max_user_instances', 'max_user_watches'].map((name) => Number(readFileSync(`${INOTIFY}/${name}`, 'utf8')));
  const words = `${instances} inotify instances, ${watches} watches`;
  if (instances >= LEAST_INSTANCES && watches >= LEAST_WATCHES) return ok(words);
  return warn(`${words}: edits of policies may go unnoticed`, 'sudo sysctl fs.inotify.max_user_instances=128 fs.inotify.max_user_watches=65536');
} // prettier-ignore

function log({ context: { paths } }: Scene): Finding {
  const size = statSync(paths.log, { throwIfNoEntry: false })?.size ?? 0;
  const words = `${paths.log}, ${Math.ceil(size / 1024)} KB`;
  return size > LOG_BYTES ? warn(words, `tail -n 50 ${word(paths.log)}`) : ok(words);
}

/** For what is to come: runs that are sealed by the kernel. */
function sealing(): Finding {
  if (process.platform !== 'linux') return skipped('not on this system');
  const actions = readIfThere('/proc/sys/kernel/seccomp/actions_avail');
  const modules = readIfThere('/sys/kernel/security/lsm');
  const has = (name: string, there: boolean): string => `${name} ${there ? 'yes' : 'no'}`;
  const words = [has('seccomp notifications', actions.includes('user_notif')), has('Landlock', modules.includes('landlock'))];
  return ok(`Linux ${release()}: ${words.join(', ')}`);
} // prettier-ignore

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** The daemon's own folder: private, and held by one daemon at a time. */
import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

import { CountersignError } from '../protocol/errors.ts';
import type { Paths } from '../protocol/paths.ts';
import { tryLock } from './identity/native-calls.ts';
import { preparePrivateFolder, usable } from './identity/private-folder.ts';

export type Home = {
  /** Puts back a lock file that somebody removed or replaced. `moved`: the path leads to another folder by now. */
  hold(): 'held' | 'restored' | 'moved';
};

const { O_APPEND, O_CREAT, O_DIRECTORY, O_NOFOLLOW, O_RDONLY, O_WRONLY } = constants;

/** Creates what is missing and takes the locks; the kernel gives them back when the process ends, however it ends. */
export function takeHome(paths: Paths, startedAt: number): Home {
  const folders = [paths.home, paths.run, paths.witness, paths.keys, paths.libexec];
  for (const folder of folders) preparePrivateFolder(folder);
  usable(paths.policies, () => mkdirSync(paths.policies, { recursive: true, mode: 0o700 }));
  // INVARIANT: the folder itself is locked too: removing the lock file lets no second daemon in.
  const folder = usable(paths.home, () => openSync(paths.home, O_RDONLY | O_DIRECTORY));
  if (!tryLock(folder)) throw new CountersignError('already_running');
  let lock = lockFile(paths.lock, startedAt);
  // Left by `countersign down`, so that native clients do not start the daemon; now it runs.
  usable(paths.run, () => rmSync(`${paths.run}/stopped`, { recursive: true, force: true }));
  removeSessionKeys(paths.run);
  return {
    hold() {
      if (!leadsTo(paths.home, folder)) return 'moved';
      if (leadsTo(paths.lock, lock)) return 'held';
      preparePrivateFolder(paths.run);
      closeSync(lock);
      lock = lockFile(paths.lock, startedAt);
      return 'restored';
    },
  };
}

/** What unlocked terminals left: the other half of each key was in the memory of a daemon that is gone. */
function removeSessionKeys(run: string): void {
  const names = usable(run, () => readdirSync(run)).filter((name) => /^unlocked-[0-9a-f]{16}\.key/.test(name));
  for (const name of names) usable(run, () => rmSync(join(run, name), { force: true }));
}

function lockFile(path: string, startedAt: number): number {
  const fd = usable(path, () => openSync(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, 0o600));
  if (!tryLock(fd)) throw new CountersignError('already_running');
  usable(path, () => {
    ftruncateSync(fd);
    writeSync(fd, `${JSON.stringify({ pid: process.pid, startedAt })}\n`);
  });
  return fd;
}

/** Whether the path still leads to the file that is open. */
function leadsTo(path: string, fd: number): boolean {
  const there = lstatSync(path, { bigint: true, throwIfNoEntry: false });
  const ours = fstatSync(fd, { bigint: true });
  return there !== undefined && there.dev === ours.dev && there.ino === ours.ino;
}

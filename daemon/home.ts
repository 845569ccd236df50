/** The daemon's own folder: private, and held by one daemon at a time. */
import { ftruncateSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';

import { CountersignError } from '../protocol/errors.ts';
import type { Paths } from '../protocol/paths.ts';
import { preparePrivateFolder } from './api/sockets.ts';
import { tryLock } from './identity/native-calls.ts';

/** Creates what is missing and takes the lock; the kernel gives it back when the process ends, however it ends. */
export function takeHome(paths: Paths, startedAt: number): void {
  for (const folder of [paths.home, paths.run, paths.witness, paths.keys, paths.libexec]) preparePrivateFolder(folder);
  mkdirSync(paths.policies, { recursive: true, mode: 0o700 });
  const fd = openSync(paths.lock, 'a', 0o600);
  if (!tryLock(fd)) throw new CountersignError('already_running');
  // Left by `countersign down`, so that native clients do not start the daemon; now it runs.
  rmSync(`${paths.run}/stopped`, { force: true });
  ftruncateSync(fd);
  writeSync(fd, `${JSON.stringify({ pid: process.pid, startedAt })}\n`);
}

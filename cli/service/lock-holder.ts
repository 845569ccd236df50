/** The process that holds a home, also when it no longer answers. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

import { z } from 'zod';

import type { Paths } from '../../protocol/paths.ts';

const Lock = z.object({ pid: z.int().positive() });

/** Undefined when there is none: the file outlives the daemon, and its number may be another's by now. */
export function lockHolder({ lock }: Paths): number | undefined {
  try {
    const { pid } = Lock.parse(JSON.parse(readFileSync(lock, 'utf8')));
    return /\/daemon\/main\.[jt]s(\s|$)/.test(commandOf(pid)) ? pid : undefined;
  } catch {
    // No lock, or no such process.
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function commandOf(pid: number): string {
  if (process.platform === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  return execFileSync('/bin/ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).trimEnd();
}

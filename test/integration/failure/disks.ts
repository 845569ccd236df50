/** File systems of a test's own that can be filled and made read-only. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { tempFolder } from '../../helpers/temp.ts';

export const canMount =
  process.platform === 'linux' &&
  process.getuid?.() === 0 &&
  spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', '-o', 'size=4k', 'none', '/tmp']).status === 0;

export type Disk = {
  readonly folder: string;
  fill(leaveBytes?: number): void;
  free(): void;
  remount(how: 'ro' | 'rw'): void;
};

/** Large enough for a home with the compiled code of a daemon. */
export function smallDisk(): Disk {
  const folder = join(tempFolder(), 'd');
  mkdirSync(folder);
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  mount(['-t', 'tmpfs', '-o', 'size=32m', 'none', folder]);
  const filler = join(folder, 'filler');
  return {
    folder,
    fill(leaveBytes = 0) {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(filler, Buffer.alloc(Math.max(0, bavail * bsize - leaveBytes)), { flag: 'a' });
      } catch (error) {
        // The daemon took some of it meanwhile: full is full.
        if (!String(error).includes('ENOSPC')) throw error;
      }
    },
    free: () => rmSync(filler),
    /** What is open for writing stays so: only the way to it is closed. */
    remount(how) {
      if (how === 'ro') mount(['--bind', folder, folder]);
      mount(['-o', `remount,bind,${how}`, folder]);
      if (how === 'rw') spawnSync('umount', ['-l', folder]);
    },
  };
}

function mount(args: readonly string[]): void {
  const { status, stderr } = spawnSync('mount', [...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

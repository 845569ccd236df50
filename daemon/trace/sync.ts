/** Puts a file, or the names in a folder, on disk. */
import { closeSync, fsyncSync, openSync } from 'node:fs';

export function syncFile(file: string): void {
  const fd = openSync(file, 'r+');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/** The name of a new file is on disk only with its folder, which not every system lets be opened. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return;
  const fd = openSync(folder, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

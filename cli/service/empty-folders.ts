/** Folders that held nothing but what was taken out. */
import { rmdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Removes the folders above a file that is gone, up to the first that holds something; `end` stays in any case. */
export function removeEmptyAbove(file: string, end: string): void {
  for (let folder = dirname(file); folder.startsWith(`${end}/`); folder = dirname(folder)) {
    if (!removeIfEmpty(folder)) return;
  }
}

/** False when it stays. One that is not there hides nothing below it. */
export function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
}

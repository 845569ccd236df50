/** Whether what lies at the place of a file of the daemon can be one, and moving it away when it cannot. */
import { lstatSync, renameSync, statSync } from 'node:fs';

import { usable } from './private-folder.ts';

/** What is wrong with it, whatever it says; `undefined` when nothing is or there is no such file. */
export function faultOf(file: string): string | undefined {
  const stat = usable(file, () => lstatSync(file, { throwIfNoEntry: false }));
  if (stat === undefined) return undefined;
  if (!stat.isFile()) return `it is ${stat.isDirectory() ? 'a folder' : 'no regular file'}`;
  return stat.uid === process.getuid?.() ? undefined : 'it belongs to another user';
}

/** Beside, under a name that says when. Returns that name. */
export function setAside(file: string): string {
  const stamp = `${file}.damaged-${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stamp : `${stamp}-${number}`;
    if (lstatSync(name, { throwIfNoEntry: false }) !== undefined) continue;
    usable(file, () => renameSync(file, name));
    return name;
  }
}

/** For files whose content looks after itself: only what leads to no file is moved away. Returns what a person should know. */
export function clearPlaces(files: readonly string[]): string[] {
  return files
    .filter((file) => usable(file, () => statSync(file, { throwIfNoEntry: false }))?.isFile() === false)
    .map((file) => `\`${file}\` was no regular file and is kept as \`${setAside(file)}\``);
}

/** Looks a program up as a shell would. */
import { accessSync, constants, statSync } from 'node:fs';
import { join, resolve } from 'node:path';

export function findProgram(name: string, path: string, cwd: string): string | undefined {
  if (name.includes('/')) return isExecutable(resolve(cwd, name)) ? resolve(cwd, name) : undefined;
  return path
    .split(':')
    .map((folder) => join(folder === '' ? cwd : folder, name))
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not ours to run: a shell goes on to the next folder.
    return false;
  }
}

// The bundle that a checkout runs while it is what the sources say: one file starts several times as fast as hundreds.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from './root.js';

export const PROGRAMS = join(ROOT, '.cache', 'program');
export const CURRENT = join(PROGRAMS, 'current.json');

/** Compiled code of the bundles, kept by Node between starts. */
export const COMPILED = join(PROGRAMS, 'compiled');

/** A program of the current bundle; undefined when there is none, or a source has changed since. */
export function bundled(path) {
  const current = readCurrent();
  if (current === undefined || !isRecord(current) || !current.inputs.every(isUnchanged)) return undefined;
  const file = join(PROGRAMS, current.id, path);
  return existsSync(file) ? file : undefined;
}

/** INVARIANT: the name of a bundle is no path, and a bundle made of nothing is current for nobody. */
function isRecord(current) {
  const { id, inputs } = current ?? {};
  return typeof id === 'string' && /^[0-9a-f]{16}$/.test(id) && Array.isArray(inputs) && inputs.length > 0;
}

/** Names, sizes and times are enough here, and quick: this is looked at whenever a command runs. */
export function stateOf(path) {
  const { size, mtimeMs } = statSync(join(ROOT, path));
  return { path, size, mtimeMs };
}

function isUnchanged(input) {
  const { path, size, mtimeMs } = input ?? {};
  if (typeof path !== 'string') return false;
  const now = statSync(join(ROOT, path), { throwIfNoEntry: false });
  return now !== undefined && now.size === size && now.mtimeMs === mtimeMs;
}

function readCurrent() {
  try {
    return JSON.parse(readFileSync(CURRENT, 'utf8'));
  } catch (error) {
    // Not built yet, or cut off by a crash: the sources run.
    if (error.code === 'ENOENT' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Everything about the files of a tree that a look could change. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** By path: kind, number, size, and when content and the entry itself changed. Reading changes none of it. */
export function snapshot(folder: string): Map<string, string> {
  const seen = new Map<string, string>();
  for (const name of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    const { mode, ino, size, mtimeNs, ctimeNs } = lstatSync(join(folder, name), { bigint: true });
    seen.set(name, [mode, ino, size, mtimeNs, ctimeNs].join(' '));
  }
  return seen;
}

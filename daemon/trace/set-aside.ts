/** Replaces the database as a whole: the old files are moved aside under a dated name and never deleted. */
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { syncFile, syncFolder } from './sync.ts';

/** What lies beside a database and belongs to it. */
const PARTS = ['', '-wal', '-shm'] as const;
const FOLDER = 'set-aside';

export type Aside = { readonly folder: string; readonly name: string };

/** A new folder of its own for what is put aside. */
export function newAside(traceDb: string, why: string): Aside {
  const name = freeName(traceDb, why);
  return { folder: makeFolder(traceDb, name), name };
}

/** INVARIANT: its name is on disk before anything is moved into it. */
function makeFolder(traceDb: string, name: string): string {
  const folder = asideFolder(traceDb, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  syncFolder(dirname(folder));
  syncFolder(dirname(traceDb));
  return folder;
}

/** A name that nothing has yet, and that says when and why. */
export function freeName(traceDb: string, why: string): string {
  const stamp = `${new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '')}-${why}`;
  for (let number = 1; ; number++) {
    const name = number === 1 ? stamp : `${stamp}-${number}`;
    if (!existsSync(asideFolder(traceDb, name))) return name;
  }
}

/** As it is written in the chain: relative to the folder of the database. */
export function asidePath(name: string): string {
  return `${FOLDER}/${name}`;
}

function asideFolder(traceDb: string, name: string): string {
  return join(dirname(traceDb), FOLDER, name);
}

/** Where the next database is written until it is whole. What an earlier try left there is worth nothing. */
export function unfinishedFile(traceDb: string): string {
  const file = `${traceDb}.unfinished`;
  for (const part of [...PARTS, '-journal']) rmSync(`${file}${part}`, { force: true });
  return file;
}

/** INVARIANT: from here on the new database is the one that counts, whenever the daemon ends; the old stays until then. */
export function replaceDatabase(traceDb: string, whole: string, name: string): void {
  syncFile(whole);
  renameSync(whole, `${traceDb}.next-${name}`);
  syncFolder(dirname(traceDb));
  finishReplacing(traceDb);
}

/** Ends what a daemon that was killed had begun. */
export function finishReplacing(traceDb: string): void {
  const [home, prefix] = [dirname(traceDb), `${basename(traceDb)}.next-`];
  if (!existsSync(home)) return;
  const next = readdirSync(home).find((file) => file.startsWith(prefix));
  if (next === undefined) return;
  const folder = makeFolder(traceDb, next.slice(prefix.length));
  for (const part of PARTS) {
    if (existsSync(`${traceDb}${part}`)) renameSync(`${traceDb}${part}`, join(folder, `${basename(traceDb)}${part}`));
  }
  syncFolder(folder);
  // INVARIANT: a power cut never leaves the new database beside the old log of changes, which SQLite would apply to it.
  syncFolder(home);
  renameSync(join(home, next), traceDb);
  syncFolder(home);
}

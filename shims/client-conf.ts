/** `libexec/client.conf`: tells the native clients where the daemon is and which mode holds. */
import { lstatSync } from 'node:fs';

import type { Paths } from '../protocol/paths.ts';
import { readIfThere, replaceFile } from './atomic-file.ts';

export type ClientMode = 'enforce' | 'observe';

export type ClientConf = {
  readonly paths: Paths;
  readonly nodePath: string;
  /** What `node` runs to start the daemon. */
  readonly daemonEntry: string;
};

/** Writes the file anew, keeping the mode that it names, and `paths.json` for the daemon that a client starts. */
export function refreshClientConf({ paths, nodePath, daemonEntry }: ClientConf): void {
  const mode: ClientMode =
    readIfThere(confPath(paths))?.split('\n').includes('mode=observe') === true ? 'observe' : 'enforce';
  const fields = {
    socket: paths.agentSocket,
    node: nodePath,
    daemon: daemonEntry,
    home: paths.home,
    shims: paths.shims,
    mode,
  };
  for (const [key, value] of Object.entries(fields)) {
    // A line break would let a path set another field.
    if (/[\n\r\0]/.test(value)) throw new Error(`\`${key}\` holds a line break`);
  }
  writePathsFile(paths);
  replaceFile(confPath(paths), lines(fields), 0o600);
}

/** What a daemon that nobody started by hand is given instead of an environment. */
export function writePathsFile(paths: Paths): void {
  replaceFile(`${paths.libexec}/paths.json`, `${JSON.stringify(paths, undefined, 2)}\n`, 0o600);
}

/** Tells the clients of a change; nothing to do when none are installed. Throws when something else lies there. */
export function setClientMode(paths: Paths, mode: ClientMode): void {
  const stats = lstatSync(confPath(paths), { throwIfNoEntry: false });
  if (stats?.isFile() === false)
    throw new Error(`\`${confPath(paths)}\` is no file; remove it and run \`countersign install\``);
  const text = readIfThere(confPath(paths));
  if (text === undefined) return;
  const changed = text.replace(/^mode=.*$/m, `mode=${mode}`);
  if (changed !== text) replaceFile(confPath(paths), changed, 0o600);
}

function confPath(paths: Paths): string {
  return `${paths.libexec}/client.conf`;
}

function lines(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');
}

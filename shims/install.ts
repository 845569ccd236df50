/** Puts the native client and one symlink per tool into their places, and takes them out again. */
import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  readdirSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';

import type { Paths } from '../protocol/paths.ts';
import { replaceFile } from './atomic-file.ts';
import { refreshClientConf } from './client-conf.ts';
import { DEFAULT_TOOLS } from './tools.ts';

export { setClientMode } from './client-conf.ts';
export { installStartFiles, uninstallStartFiles, type ShellName } from './start-files.ts';

const TARGET = '../libexec/shim';
/** What `build/native.ts` makes. */
const CLIENTS = ['shim', 'countersign-hook'] as const;

export type InstallInput = {
  readonly paths: Paths;
  readonly tools?: readonly string[];
  readonly nodePath: string;
  readonly daemonEntry: string;
  /** Where `build/native.ts` put the binary. */
  readonly nativeDir: string;
  readonly pathEnv: string;
};

export type Installed = {
  readonly installed: readonly string[];
  /** Not on PATH, or something of that name that is not ours lies in the folder. */
  readonly skipped: readonly string[];
};

/** Only for tools that exist, so that `command -v` stays honest; a stale symlink of ours goes. */
export function installShims(input: InstallInput): Installed {
  const { paths, tools = DEFAULT_TOOLS, nativeDir, pathEnv } = input;
  for (const folder of [paths.home, paths.libexec, paths.shims]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  for (const name of CLIENTS) replaceFile(join(paths.libexec, name), readFileSync(join(nativeDir, name)), 0o755);
  refreshClientConf(input);
  const wanted = tools.filter((tool) => isPlainName(tool) && isOnPath(tool, pathEnv, paths));
  for (const name of ownLinks(paths)) if (!wanted.includes(name)) rmSync(join(paths.shims, name));
  const installed = wanted.filter((tool) => link(paths, tool));
  return { installed, skipped: tools.filter((tool) => !installed.includes(tool)) };
}

/** Removes our symlinks, the client and its settings, and nothing else. */
export function uninstallShims(paths: Paths): void {
  for (const name of ownLinks(paths)) rmSync(join(paths.shims, name));
  for (const name of [...CLIENTS, 'client.conf', 'paths.json', 'start.lock'])
    rmSync(join(paths.libexec, name), { force: true });
}

function isPlainName(tool: string): boolean {
  return /^[A-Za-z0-9_+][A-Za-z0-9._+-]*$/.test(tool);
}

function link(paths: Paths, tool: string): boolean {
  const place = join(paths.shims, tool);
  if (isOwnLink(place)) return true;
  if (lstatSync(place, { throwIfNoEntry: false }) !== undefined) return false;
  symlinkSync(TARGET, place);
  return true;
}

function ownLinks(paths: Paths): string[] {
  if (statSync(paths.shims, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(paths.shims).filter((name) => isOwnLink(join(paths.shims, name)));
}

function isOwnLink(place: string): boolean {
  return lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() === true && readlinkSync(place) === TARGET;
}

function isOnPath(tool: string, pathEnv: string, paths: Paths): boolean {
  return pathEnv.split(':').some((folder) => {
    const file = join(folder === '' ? '.' : folder, tool);
    return folder !== paths.shims && isProgram(file) && !realpathSync(file).endsWith('/libexec/shim');
  });
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    // Not there, or not ours to run: a shell goes on to the next folder.
    return false;
  }
}

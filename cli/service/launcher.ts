/** `~/.local/bin/countersign`: so that the command every message names can be typed in any terminal. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { replaceFile } from '../../shims/atomic-file.ts';
import type { Context } from '../context.ts';
import { removeEmptyAbove } from './empty-folders.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));
const BIN = fileURLToPath(new URL('../bin.js', import.meta.url));
/** The second line; a file without it is somebody else's. */
const MARK = '# Put here by `countersign setup`, removed by `countersign uninstall`.';

export type Launcher = { readonly file: string; readonly onPath: boolean };

/** Puts it there unless there is another; `undefined` for a home of its own, which is for tests and demos. */
export function installLauncher({ env }: Context): Launcher | undefined {
  const home = env['HOME'];
  if (home === undefined || env['COUNTERSIGN_HOME'] !== undefined) return undefined;
  const file = launcherFile(home);
  if (existsSync(file) && !isOurs(file)) return undefined;
  mkdirSync(dirname(file), { recursive: true });
  replaceFile(file, script(), 0o755);
  return { file, onPath: (env['PATH'] ?? '').split(':').includes(dirname(file)) };
}

/** True when there was one of ours. */
export function uninstallLauncher({ env }: Context): boolean {
  const home = env['HOME'] ?? '';
  const file = launcherFile(home);
  if (!existsSync(file) || !isOurs(file)) return false;
  rmSync(file);
  removeEmptyAbove(file, home);
  return true;
}

function launcherFile(home: string): string {
  return join(home, '.local/bin/countersign');
}

function isOurs(file: string): boolean {
  return readFileSync(file, 'utf8').split('\n')[1] === MARK;
}

/** The pinned Node where it is, else whatever Node there is, which finds out what is missing. */
function script(): string {
  // A release has no other entry than its program.
  const [node, entry] = [process.execPath, existsSync(BIN) ? BIN : MAIN].map(quoted);
  return `#!/bin/sh\n${MARK}\n[ -x ${node} ] && exec ${node} ${entry} "$@"\nexec node ${entry} "$@"\n`;
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

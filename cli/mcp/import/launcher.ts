/** What clients start in the place of a server: it knows where the daemon is, whatever environment a client gives it. */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { resolvePaths, type Paths } from '../../../protocol/paths.ts';
import { replaceFile } from '../../../shims/atomic-file.ts';
import type { Context } from '../../context.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));
const BIN = fileURLToPath(new URL('../../bin.js', import.meta.url));

/** What decides where the daemon is; a client may give its servers another environment. */
const DECISIVE = ['HOME', 'COUNTERSIGN_HOME', 'XDG_DATA_HOME', 'XDG_CONFIG_HOME', 'XDG_RUNTIME_DIR'] as const;

export function launcherOf({ libexec }: Paths): string {
  return join(libexec, 'countersign-mcp');
}

export function placeLauncher({ paths, env }: Context): string {
  const file = launcherOf(paths);
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const known = Object.fromEntries(DECISIVE.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]])));
  replaceFile(`${file}.json`, `${JSON.stringify(known)}\n`, 0o600);
  const [node, entry, place] = [process.execPath, existsSync(BIN) ? BIN : MAIN, `${file}.json`].map(quoted);
  replaceFile(file, `#!/bin/sh\n# Put here by \`countersign mcp import\`.\nexec ${node} ${entry} mcp wrap --place ${place} "$@"\n`, 0o700);
  return file;
} // prettier-ignore

/** The context of a wrapped server that was started by a launcher. Its server keeps the environment that the client gave. */
export function contextAt(context: Context, place: string): Context {
  const known = JSON.parse(readFileSync(place, 'utf8')) as Record<string, string>; // as it was written above
  const rest = Object.entries(context.env).filter(([name]) => !(DECISIVE as readonly string[]).includes(name));
  const env = { ...Object.fromEntries(rest), ...known };
  return { ...context, env, paths: resolvePaths({ env, platform: process.platform, homedir: known['HOME'] ?? homedir() }) }; // prettier-ignore
}

function quoted(path: string): string {
  return `'${path.replaceAll("'", String.raw`'\''`)}'`;
}

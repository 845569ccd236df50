// The npm that started this setup, or the one in PATH.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { ROOT } from './root.js';
import { SetupError } from './say.js';

/** `said` is everything npm printed, for the person when it matters. */
export function npm(words) {
  const script = process.env.npm_execpath;
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, error, stdout, stderr } = spawnSync(command, [...first, ...words, '--loglevel=error'], {
    cwd: ROOT,
    env: environment(),
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (error !== undefined) {
    throw new SetupError(`npm does not start (${error.message}); install Node 18 or newer with npm`);
  }
  return { ok: status === 0, said: `${stdout}${stderr}`.trim() };
}

/** The settings of an npm around us are about its own command; proxies, registries and caches are about the machine. */
const OF_THE_CALLER =
  /^npm_(lifecycle|package|command)|^npm_config_(prefix|local_prefix|global|workspaces?|include_workspace_root|silent|loglevel|omit|only|production|dry_run)$/i;

function environment() {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name) && name !== 'NODE_ENV');
  return { ...headers(), ...Object.fromEntries(kept) };
}

/** Headers that came with the system's Node save a download; node-pty uses the stable interface, so any will do. */
function headers() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(join(prefix, 'include', 'node', 'node_api.h')) ? { npm_config_nodedir: prefix } : {};
}

// Installs what package-lock.json names, and checks that it works.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

import { stopDaemon } from './daemon.js';
import { verifyModules } from './modules.js';
import { MODULES, ROOT } from './root.js';
import { say, SetupError } from './say.js';

const QUIET = ['--no-audit', '--no-fund', '--loglevel=error', '--include=dev', '--include=optional'];

export async function installModules() {
  say(
    existsSync(MODULES)
      ? 'package-lock.json changed; installing its modules again into node_modules'
      : 'first run: installing the modules of package-lock.json into node_modules, Node 24 among them ' +
          '(about 150 MB to download, 500 MB on disk; nothing outside this folder but the npm cache)',
  );
  await stopDaemon();
  const startedAt = Date.now();
  if (!npm(['ci', ...QUIET])) {
    say('`npm ci` was refused; trying `npm install`');
    if (!npm(['install', ...QUIET])) throw new SetupError(NOT_INSTALLED);
  }
  verifyModules(npm);
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

const NOT_INSTALLED =
  'npm could not install the modules; its reason is above. Behind a proxy set `npm config set proxy URL`; ' +
  'without a network copy node_modules from a machine of the same kind. Then run this again';

/** True when it went well. npm's words go to standard error. */
function npm(words) {
  const script = process.env.npm_execpath;
  const [command, first] = script === undefined ? ['npm', []] : [process.execPath, [script]];
  const { status, error } = spawnSync(command, [...first, ...words], {
    cwd: ROOT,
    env: cleanEnv(),
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (error !== undefined)
    throw new SetupError(`npm does not start (${error.message}); install Node 18 or newer with npm`);
  return status === 0;
}

/** The settings of an npm around us are about its own command; proxies, registries and caches are about the machine. */
const OF_THE_CALLER =
  /^npm_(lifecycle|package|command)|^npm_config_(prefix|local_prefix|global|workspaces?|include_workspace_root|silent|loglevel|omit|only|production|dry_run)$/i;

function cleanEnv() {
  const kept = Object.entries(process.env).filter(([name]) => !OF_THE_CALLER.test(name) && name !== 'NODE_ENV');
  return Object.fromEntries(kept);
}

// Installs what package-lock.json names, and checks that it works.
import { existsSync } from 'node:fs';

import { stopDaemon } from './daemon.js';
import { verifyLoading } from './modules.js';
import { npm } from './npm.js';
import { runInstallScripts } from './scripts.js';
import { MODULES } from './root.js';
import { say, SetupError } from './say.js';

/**
 * Install scripts are run by name afterwards: npm before 11 does not know `allowScripts`, and would also compile
 * packages that bring a ready binary.
 */
const OPTIONS = ['--no-audit', '--no-fund', '--include=dev', '--include=optional', '--ignore-scripts'];

export async function installModules() {
  say(
    existsSync(MODULES)
      ? 'package-lock.json changed; installing its modules again into node_modules'
      : 'first run: installing the modules of package-lock.json into node_modules, Node 24 among them\n' +
          '  (about 150 MB to download, 500 MB on disk; outside this folder npm keeps its own cache)',
  );
  await stopDaemon();
  const startedAt = Date.now();
  placeModules();
  runInstallScripts();
  verifyLoading();
  say(`installed in ${Math.round((Date.now() - startedAt) / 1000)} s`);
}

/** `npm install` stands in where `npm ci` refuses, and leaves the lock file as it is. */
function placeModules() {
  const strict = npm(['ci', ...OPTIONS]);
  if (strict.ok) return;
  say(`npm ci was refused (${firstReason(strict.said)}); trying npm install`);
  const lenient = npm(['install', '--no-save', ...OPTIONS]);
  if (!lenient.ok) throw new SetupError(`npm could not install the modules:\n${lenient.said}\n${REMEDY}`);
}

const REMEDY =
  'Behind a proxy: `npm config set proxy URL`. Without a network: copy node_modules from a machine of the same kind.\n' +
  'Then run this again';

function firstReason(said) {
  const lines = said.split('\n').map((line) => line.replace(/^npm (error|ERR!) ?/, '').trim());
  return lines.find((line) => line !== '' && !line.startsWith('code ')) ?? 'no reason given';
}

// The only two install scripts that run: `node` fetches its binary, `node-pty` compiles.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { npm } from './npm.js';
import { MODULES, PINNED_NODE, ROOT } from './root.js';
import { say, SetupError } from './say.js';

export function runInstallScripts() {
  fetchPinnedNode();
  compileTerminals();
}

function fetchPinnedNode() {
  const wanted = wantedVersion();
  if (pinnedVersion() === wanted) return;
  const { said } = npm(['rebuild', 'node']);
  const found = pinnedVersion();
  if (found === wanted) return;
  throw new SetupError(
    `node_modules/.bin/node should be ${wanted} and is ${found ?? 'missing'}.\n${said}\n` +
      'The install script of the `node` package fetches it; when npm is set to run no install scripts, this does:\n' +
      `  (cd ${ROOT} && npm rebuild node --ignore-scripts=false)`,
  );
}

function wantedVersion() {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return `v${devDependencies.node}`;
}

function pinnedVersion() {
  const { stdout, status } = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** Only recording needs it, so a machine without compiler goes on. */
function compileTerminals() {
  if (!existsSync(join(MODULES, 'node-pty'))) return;
  if (npm(['rebuild', 'node-pty']).ok) return;
  say('node-pty could not be compiled (it needs python3, make, a C++ compiler and the headers of Node):');
  say('runs are not recorded; everything else works');
}

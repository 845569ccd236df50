// Whether the installed modules work: the pinned Node runs, and the native parts load in it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { PINNED_NODE, ROOT } from './root.js';
import { say, SetupError } from './say.js';

export function verifyModules(npm) {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  verifyNode(`v${devDependencies.node}`, npm);
  verifyLoads('better-sqlite3', "new (require('better-sqlite3'))(':memory:').close()");
  verifyLoads('koffi', "require('koffi')");
  if (!runs(["require('node-pty')"]).ok) {
    say('node-pty was not built (it needs python3, make and a C++ compiler): runs are not recorded, all else works');
  }
}

/** An npm that does not run install scripts leaves the `node` package without its binary. */
function verifyNode(wanted, npm) {
  if (pinnedVersion() === wanted) return;
  say('the install script of the `node` package did not run; running it now');
  npm(['rebuild', 'node', '--loglevel=error']);
  const found = pinnedVersion();
  if (found === wanted) return;
  throw new SetupError(
    `node_modules/.bin/node should be ${wanted} and is ${found ?? 'missing'}. npm is told not to run install scripts; ` +
      `Countersign needs the one of the \`node\` package:\n  npm rebuild node --ignore-scripts=false   (in ${ROOT})`,
  );
}

function pinnedVersion() {
  const { stdout, status } = spawnSync(PINNED_NODE, ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

function verifyLoads(name, source) {
  const { ok, problem } = runs([source]);
  if (ok) return;
  throw new SetupError(
    `${name} does not load on ${process.platform}-${process.arch}: ${problem}\n` +
      'remove node_modules and run this again; when that does not help, this platform has no ready-made binary of it',
  );
}

function runs([source]) {
  const { status, stderr, error } = spawnSync(PINNED_NODE, ['--input-type=commonjs', '-e', source], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const problem = error?.message ?? stderr?.split('\n').find((line) => line.includes('Error')) ?? `exit ${status}`;
  return { ok: status === 0, problem };
}

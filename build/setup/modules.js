// Whether the installed native parts load in the pinned Node.
import { spawnSync } from 'node:child_process';

import { PINNED_NODE, ROOT } from './root.js';
import { SetupError } from './say.js';

const PROOFS = {
  'better-sqlite3': "new (require('better-sqlite3'))(':memory:').close()",
  koffi: "require('koffi').load(null)",
};

export function verifyLoading() {
  for (const [name, source] of Object.entries(PROOFS)) {
    const { status, stderr, error } = spawnSync(PINNED_NODE, ['--input-type=commonjs', '-e', source], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    if (status === 0) continue;
    const problem = error?.message ?? stderr.split('\n').find((line) => line.includes('Error')) ?? `exit ${status}`;
    throw new SetupError(
      `${name} does not load on ${process.platform}-${process.arch}: ${problem}\n` +
        'remove node_modules and run this again; when that does not help, there is no ready binary for this platform',
    );
  }
}

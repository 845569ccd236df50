// Builds the bundle that a checkout runs, when a source changed.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { bundled } from './program.js';
import { PINNED_NODE, ROOT } from './root.js';
import { say } from './say.js';

const BUILDER = join(ROOT, 'build', 'program.js');

export function bundleIsCurrent() {
  return !existsSync(BUILDER) || bundled('daemon/main.js') !== undefined;
}

/** From source everything works as well, so this says so and goes on. */
export function buildBundle() {
  say('bundling the program into .cache/program, so that it starts quickly');
  const { status } = spawnSync(PINNED_NODE, [BUILDER], {
    cwd: ROOT,
    stdio: ['ignore', process.stderr, process.stderr],
  });
  if (status !== 0) say('WARNING: the program was not bundled; it runs from source and starts more slowly');
}

/** What setup has to know without running TypeScript. */
import { expect, test } from 'vitest';

import { resolvePaths, type PathsInput } from '../../../protocol/paths.ts';
import { verifies } from '../../helpers/verifies.ts';

// Plain JavaScript without types of its own.
type SetupDaemon = { readonly lockFile: (input: PathsInput) => string };
const MODULE: string = '../../../build/setup/daemon.js';
const { lockFile }: SetupDaemon = await import(MODULE);

const homedir = '/home/ada';

test.each<PathsInput>([
  { platform: 'linux', homedir, env: {} },
  { platform: 'linux', homedir, env: { XDG_RUNTIME_DIR: '/run/user/1000' } },
  { platform: 'linux', homedir, env: { XDG_DATA_HOME: '/data/ada/' } },
  { platform: 'linux', homedir, env: { XDG_DATA_HOME: 'relative', XDG_RUNTIME_DIR: '' } },
  { platform: 'linux', homedir, env: { COUNTERSIGN_HOME: '/tmp/scratch/', XDG_RUNTIME_DIR: '/run/user/1000' } },
  { platform: 'darwin', homedir, env: { XDG_RUNTIME_DIR: '/run/user/1000' } },
  { platform: 'darwin', homedir, env: { COUNTERSIGN_HOME: 'relative' } },
])(`${verifies('repo:setup-finds-daemon')}: %o`, (input) => {
  expect(lockFile(input)).toBe(resolvePaths(input).lock);
});

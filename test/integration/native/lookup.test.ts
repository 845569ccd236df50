/** Where shells say a guarded tool is. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

import { uninstallShims } from '../../../shims/install.ts';
import { verifies } from '../../helpers/verifies.ts';
import { place, run, SYSTEM_PATH } from './installed.ts';

const QUESTIONS: readonly (readonly [string, string])[] = [
  ['bash', 'type -ap probe'],
  ['bash', 'which -a probe'],
  ['sh', 'which -a probe'],
  ['zsh', 'which -a probe'],
  ['zsh', 'whence -ap probe'],
  ['fish', 'type -ap probe'],
  ['fish', 'command -a probe'],
];

for (const [shell, line] of QUESTIONS) {
  const absent = spawnSync(shell, ['-c', 'true']).status !== 0;
  test.skipIf(absent)(
    `${verifies('native:lookup')} (${shell}: ${line}${absent ? ': not on this machine' : ''})`,
    async () => {
      const { paths, bin, path } = place({ tools: ['probe'] });
      const ask = () => run(shell, ['-c', line], { env: { PATH: `${path}:${SYSTEM_PATH}` } });
      expect(await ask()).toMatchObject({ code: 0, out: `${paths.shims}/probe\n${bin}/probe\n` });
      uninstallShims(paths);
      expect(await ask()).toMatchObject({ code: 0, out: `${bin}/probe\n` });
    },
  );
}

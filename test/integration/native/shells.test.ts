/** Start files in real shells. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { installStartFiles } from '../../../shims/start-files.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const WAYS: readonly (readonly [string, ...string[]])[] = [
  ['bash', '-i'],
  ['bash', '-l'],
  ['bash', '-l', '-i'],
  ['bash'],
  ['sh', '-l'],
  ['zsh'],
  ['zsh', '-i'],
  ['zsh', '-l'],
  ['zsh', '-l', '-i'],
  ['fish'],
  ['fish', '-l'],
];

for (const [shell, ...options] of WAYS) {
  const way = [shell, ...options].join(' ');
  const absent = spawnSync(shell, ['-c', 'true']).status !== 0;
  test.skipIf(absent)(`${verifies('native:shells')} (${way}${absent ? ': not on this machine' : ''})`, () => {
    const home = tempFolder();
    const shims = `${home}/it's "my" $shims`;
    mkdirSync(shims);
    writeFileSync(`${shims}/git`, '#!/bin/sh\n', { mode: 0o755 });
    // Most distributions' start file ends early for what is not interactive.
    writeFileSync(`${home}/.bashrc`, 'case $- in *i*) ;; *) return ;; esac\n');
    installStartFiles(home, shims, ['bash', 'zsh', 'fish']);
    const ask = (path: string, script: string) => {
      const env = { HOME: home, PATH: path, TERM: 'dumb', BASH_ENV: `${home}/.bashrc` };
      const { stdout, status } = spawnSync(shell, [...options, '-c', script], { env, encoding: 'utf8' });
      expect(status).toBe(0);
      return stdout.trim();
    };
    const show = `command -v git; printenv PATH; command -v ls`;
    for (const path of ['/usr/bin:/bin', `/usr/bin:${shims}:/bin`, `${shims}:/usr/bin:${shims}:/bin:${shims}`]) {
      const [found, seen, ls] = ask(path, show).split('\n');
      expect(found).toBe(`${shims}/git`);
      expect(seen?.split(':').filter((folder) => folder === shims)).toHaveLength(1);
      expect(ls).toMatch(/\/ls$/);
    }
    const nested = ask('/usr/bin:/bin', `${way} -c '${way} -c "printenv PATH"'`);
    expect(nested.split(':').filter((folder) => folder === shims)).toHaveLength(1);
    expect(nested.startsWith(`${shims}:`)).toBe(true);
  });
}

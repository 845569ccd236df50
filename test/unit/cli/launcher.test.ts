import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { createContext } from '../../../cli/context.ts';
import { installLauncher, uninstallLauncher } from '../../../cli/service/launcher.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

function contextIn(home: string, over: Readonly<Record<string, string>> = {}) {
  return createContext({ env: { HOME: home, PATH: '/usr/bin:/bin', ...over }, cwd: home });
}

test(verifies('cli:launcher'), () => {
  const home = tempFolder();
  const launcher = installLauncher(contextIn(home));
  expect(launcher).toEqual({ file: `${home}/.local/bin/countersign`, onPath: false });
  const { stdout, status } = spawnSync(launcher?.file ?? '', ['--version'], { encoding: 'utf8' });
  expect({ status, stdout: stdout.trim() }).toEqual({ status: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+$/) });
  expect(installLauncher(contextIn(home, { PATH: `/bin:${home}/.local/bin` }))?.onPath).toBe(true);
  expect(uninstallLauncher(contextIn(home))).toBe(true);
  expect(uninstallLauncher(contextIn(home))).toBe(false);
});

test('a command of the same name that is not ours stays, and a home of its own gets none', () => {
  const home = tempFolder();
  expect(installLauncher(contextIn(home, { COUNTERSIGN_HOME: `${home}/own` }))).toBeUndefined();
  mkdirSync(`${home}/.local/bin`, { recursive: true });
  writeFileSync(`${home}/.local/bin/countersign`, '#!/bin/sh\necho mine\n');
  expect(installLauncher(contextIn(home))).toBeUndefined();
  expect(uninstallLauncher(contextIn(home))).toBe(false);
  expect(readFileSync(`${home}/.local/bin/countersign`, 'utf8')).toContain('mine');
});

import { existsSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { installStartFiles, uninstallStartFiles } from '../../../shims/start-files.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const SHELLS = ['bash', 'zsh', 'fish'] as const;

test(verifies('native:start-files'), () => {
  const home = tempFolder();
  const original = Buffer.from([0x61, 0xff, 0x0a, 0x62]);
  writeFileSync(`${home}/real-bashrc`, original);
  symlinkSync('real-bashrc', `${home}/.bashrc`);
  writeFileSync(`${home}/.zshrc`, original);
  const files = installStartFiles(home, `${home}/it's shims`, SHELLS);
  const once = files.map((file) => readFileSync(file, 'latin1'));
  installStartFiles(home, `${home}/it's shims`, SHELLS);
  expect(files.map((file) => readFileSync(file, 'latin1'))).toEqual(once);
  expect(once[0]).toContain('countersign');
  uninstallStartFiles(home, `${home}/it's shims`, SHELLS);
  expect(lstatSync(`${home}/.bashrc`).isSymbolicLink()).toBe(true);
  expect(readFileSync(`${home}/.bashrc`)).toEqual(original);
  expect(readFileSync(`${home}/.zshrc`)).toEqual(original);
  expect(files.filter((file) => existsSync(file))).toEqual([`${home}/.bashrc`, `${home}/.zshrc`]);
});

/** `countersign config`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome } from '../cli/cli.ts';

type Shown = {
  readonly file: string;
  readonly settings: readonly { readonly name: string; readonly value: unknown; readonly origin: string }[];
  readonly problems: readonly string[];
};

test(verifies('config:show'), async () => {
  const cli = cliWithHome();
  const file = join(cli.home, 'config.yaml');
  mkdirSync(cli.home, { mode: 0o700 });
  expect((await cli.run(['config', 'path'])).stdout.trim()).toBe(file);
  const settingOf = async (name: string) =>
    (await cli.json<Shown>(['config', 'show'])).settings.find((one) => one.name === name);
  expect(await settingOf('log.level')).toEqual({ name: 'log.level', value: 'info', origin: 'default' });
  writeFileSync(file, '# mine\nlog:\n  level: debug\n');
  expect(await settingOf('log.level')).toEqual({ name: 'log.level', value: 'debug', origin: `${file}:3:10` });
  expect((await cli.run(['config', 'check'])).exitCode).toBe(0);
  writeFileSync(join(cli.home, 'other.yaml'), 'log:\n  level: lots\n');
  const checked = await cli.run(['config', 'check', join(cli.home, 'other.yaml')]);
  expect(checked.exitCode).toBe(1);
  expect(checked.stdout).toContain('other.yaml:2:10: `log.level`');
  const missing = await cli.run(['config', 'check', 'missing.yaml']);
  expect(missing).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('missing.yaml') });
});

import { existsSync, lstatSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome } from './cli.ts';

type Installed = { shims: string; installed: string[]; skipped: string[]; files: string[] };

describe('install and uninstall', () => {
  test(verifies('cli:install'), async () => {
    const cli = cliWithHome();
    const home = cli.env['HOME'] ?? '';
    writeFileSync(join(home, '.bashrc'), '# mine\n');
    const before = { ...filesIn(home) };
    const args = ['install', '--tools', 'git,rm', '--shells', 'bash,fish'];
    const first = await cli.json<Installed>(args);
    expect(first).toMatchObject({
      shims: join(cli.home, 'shims'),
      installed: ['git', 'rm'],
      skipped: [],
    });
    expect(lstatSync(join(cli.home, 'shims/git')).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toContain(cli.home);
    const installed = filesIn(home);
    expect(await cli.json<Installed>(args)).toEqual(first);
    expect(filesIn(home)).toEqual(installed);
    expect(await cli.json<{ files: string[] }>(['uninstall'])).toMatchObject({ files: expect.arrayContaining([join(home, '.bashrc')]) }); // prettier-ignore
    expect(readFileSync(join(home, '.bashrc'), 'utf8')).toBe(before['.bashrc']);
    expect(existsSync(join(cli.home, 'shims/git'))).toBe(false);
    expect(existsSync(join(home, '.config/fish/conf.d/countersign.fish'))).toBe(false);
  });

  test('a tool that is not there is a usage error and changes nothing', async () => {
    const cli = cliWithHome();
    const { exitCode, stderr } = await cli.run(['install', '--tools', 'git,no-such-tool']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('not on your PATH: `no-such-tool`')]);
    expect(readdirSync(cli.env['HOME'] ?? '')).toEqual([]);
  });

  test('an unknown shell is a usage error and changes nothing', async () => {
    const cli = cliWithHome();
    expect(await cli.run(['install', '--shells', 'csh'])).toMatchObject({ exitCode: 2 });
    expect(existsSync(cli.home)).toBe(false);
  });
});

function filesIn(home: string): Record<string, string> {
  const names = readdirSync(home).filter((name) => lstatSync(join(home, name)).isFile());
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(home, name), 'utf8')]));
}

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import type { Status } from '../../../protocol/control-api.ts';
import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, isAlive, readyCli, succeed, type Cli } from './cli.ts';

/** Dozens of commands start in these; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

const unlockedIn = (cli: Cli): string[] =>
  readdirSync(join(cli.home, 'run')).filter((name) => name.startsWith('unlocked-'));

describe('taking things out', () => {
  test(verifies('people:uninstall'), async () => {
    const cli = await readyCli();
    const home = cli.env['HOME'] ?? '';
    const { pid } = await cli.json<Status>(['status']);
    await succeed(cli, ['install', '--tools', 'git', '--shells', 'fish']);
    const { stdout } = await succeed(cli, ['uninstall']);
    expect(stdout).toContain('new shells are no longer guarded');
    expect(stdout).toContain('The daemon is stopped.');
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(join(home, '.config'))).toBe(false);
    for (const name of ['shims', 'libexec/shim']) expect(existsSync(join(cli.home, name)), name).toBe(false);
    expect(existsSync(join(cli.home, 'run')) ? unlockedIn(cli) : []).toEqual([]);
    expect(readdirSync(join(cli.home, 'keys'))).toContain('approver.json');
    const again = await succeed(cli, ['uninstall']);
    expect(again.stdout).toContain('There was nothing to take out.');
    expect(again.stdout).not.toContain('stopped');
    await succeed(cli, ['up']);
  });

  test(verifies('people:uninstall'), async () => {
    const cli = cliWithHome();
    const home = cli.env['HOME'] ?? '';
    writeFileSync(join(home, '.bashrc'), '# mine\n');
    await succeed(cli, ['install', '--tools', 'git']);
    await succeed(cli, ['uninstall']);
    expect(readdirSync(home)).toEqual(['.bashrc']);
    expect((await succeed(cli, ['uninstall'])).stdout).toBe('There was nothing to take out.\n');
    expect(readdirSync(home)).toEqual(['.bashrc']);
  });

  test(verifies('people:no-service'), async () => {
    const cli = await readyCli();
    const { pid } = await cli.json<Status>(['status']);
    expect((await succeed(cli, ['service', 'uninstall'])).stdout).toBe('There was no service.\n');
    expect(await cli.json<Status>(['status'])).toMatchObject({ pid, unlocked: true });
  });

  test(verifies('people:left-keys'), async () => {
    const cli = await readyCli();
    const { pid } = await cli.json<Status>(['status']);
    const [name = ''] = unlockedIn(cli);
    expect(readFileSync(join(cli.home, 'run', name), 'utf8')).toContain('sealed');
    process.kill(pid, 'SIGKILL');
    await eventually(() => (isAlive(pid) ? undefined : true), 'the daemon to be gone');
    await succeed(cli, ['up']);
    expect(unlockedIn(cli)).toEqual([]);
    await succeed(cli, ['unlock', '--passphrase-file', cli.passphraseFile]);
    expect(unlockedIn(cli)).toHaveLength(1);
  });
});

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import type { Status } from '../../../protocol/control-api.ts';
import { eventually } from '../../helpers/daemon.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, isAlive, succeed } from '../cli/cli.ts';
import { startUserManager, whyNoUserManager } from './user-manager.ts';

/** Daemons and a dozen shells start in each; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

const reason = whyNoUserManager();
const where = reason === undefined ? '' : ` (${reason})`;

type Installed = { file: string; running: boolean; stale: boolean; pid: number };

describe.skipIf(reason !== undefined)(`a real systemd --user${where}`, () => {
  async function managed() {
    const cli = cliWithHome();
    const runtime = tempFolder('rt');
    const manager = await startUserManager(cli.env['HOME'] ?? '', runtime);
    const env = { XDG_RUNTIME_DIR: runtime };
    return { cli, env, manager };
  }

  test(verifies('operations:service-life'), async () => {
    const { cli, env, manager } = await managed();
    await succeed(cli, ['up'], { env });
    const byHand = (await cli.json<Status>(['status'])).pid;
    const installed = await cli.json<Installed>(['service', 'install'], { env });
    expect(installed).toMatchObject({ kind: 'installed', running: true, stale: false });
    expect(isAlive(byHand)).toBe(false);
    const first = (await cli.json<Status>(['status'])).pid;
    expect(first).toBe(installed.pid);
    const environment = readFileSync(`/proc/${first}/environ`, 'utf8')
      .split('\0')
      .map((entry) => entry.split('=')[0]);
    expect(environment.filter((name) => name !== '').toSorted((a = '', b = '') => a.localeCompare(b))).toEqual([
      'HOME',
      'LANG',
      'LOGNAME',
      'PATH',
      'USER',
    ]);

    process.kill(first, 'SIGKILL');
    const second = await eventually(async () => {
      const { stdout, exitCode } = await cli.run(['status', '--json']);
      return exitCode === 0 ? (JSON.parse(stdout) as Status).pid : undefined;
    }, 'systemd to start it again');
    expect(second).not.toBe(first);

    await succeed(cli, ['down'], { env });
    const unit = installed.file.split('/').at(-1) ?? '';
    expect(isAlive(second)).toBe(false);
    expect(manager.systemctl('show', unit, '--property=ActiveState,MainPID', '--value')).toBe('0\ninactive');
    const third = await cli.json<{ pid: number; startedNow: boolean }>(['up'], { env });
    expect(third).toMatchObject({ startedNow: true });
    expect(manager.systemctl('show', unit, '--property=MainPID', '--value')).toBe(String(third.pid));
    expect(await cli.json(['service', 'uninstall'], { env })).toEqual({ removed: true });
    expect(isAlive(third.pid)).toBe(false);
    expect(await cli.json(['service'], { env })).toMatchObject({ kind: 'absent' });
  });

  test(verifies('operations:service-shim'), async () => {
    const { cli, env, manager } = await managed();
    await succeed(cli, ['install', '--tools', 'git', '--shells', 'bash'], { env });
    const { file } = await cli.json<Installed>(['service', 'install'], { env });
    const unit = file.split('/').at(-1) ?? '';
    const git = () =>
      spawnSync(join(cli.home, 'shims/git'), ['--no-such-option'], {
        env: { PATH: '/usr/bin:/bin' },
        encoding: 'utf8',
      });
    manager.systemctl('stop', unit);
    expect(git().stderr).toContain('unknown option');
    const { pid } = await cli.json<Status>(['status']);
    expect(manager.systemctl('show', unit, '--property=MainPID', '--value')).toBe(String(pid));

    await succeed(cli, ['down'], { env });
    expect(git()).toMatchObject({ status: 126, stderr: expect.stringContaining('countersign up') });
    expect((await cli.run(['status'])).exitCode).toBe(3);
    await succeed(cli, ['uninstall'], { env });
    expect(existsSync(file)).toBe(false);
    expect(existsSync(join(cli.home, 'libexec'))).toBe(false);
  });

  test(verifies('operations:service-stale'), async () => {
    const { cli, env, manager } = await managed();
    const { file } = await cli.json<Installed>(['service', 'install'], { env });
    await succeed(cli, ['down'], { env });
    writeFileSync(file, readFileSync(file, 'utf8').replace(/daemon.main\.[jt]s/, 'gone/main.js'));
    manager.systemctl('daemon-reload');
    expect(await cli.json(['service'], { env })).toMatchObject({ stale: true, running: false });
    const up = await succeed(cli, ['up'], { env });
    expect(up.stderr).toContain('countersign service install');
    // Started all the same, by itself; the renewed service takes over.
    const renewed = await cli.json<Installed>(['service', 'install'], { env });
    expect(renewed).toMatchObject({ stale: false, running: true, pid: (await cli.json<Status>(['status'])).pid });
  });
});

test(verifies('operations:down-hung'), async () => {
  const cli = cliWithHome();
  const { pid } = await cli.json<{ pid: number }>(['up']);
  process.kill(pid, 'SIGSTOP');
  expect(await cli.run(['up'])).toMatchObject({ exitCode: 3, stderr: expect.stringContaining('countersign down') });
  expect(await cli.json(['down'])).toEqual({ stopped: true });
  expect(isAlive(pid)).toBe(false);
  await succeed(cli, ['up']);
});

const hasSystemd = existsSync('/usr/bin/systemctl');
test.skipIf(!hasSystemd)('without a manager that answers the unit is written and said not to run', async () => {
  const cli = cliWithHome();
  const env = { XDG_RUNTIME_DIR: tempFolder('rt') };
  expect((await succeed(cli, ['service', 'install'], { env })).stdout).toContain('nothing runs yet');
  expect(await cli.json(['service'], { env })).toMatchObject({ kind: 'installed', answers: false });
});

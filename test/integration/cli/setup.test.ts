import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import type { Approver } from '../../../protocol/approval.ts';
import type { Status } from '../../../protocol/control-api.ts';
import { verifies } from '../../helpers/verifies.ts';
import { cliWithHome, isAlive, readyCli, succeed } from './cli.ts';

describe('setup, up and down', () => {
  test(verifies('cli:setup-idempotent'), async () => {
    const cli = cliWithHome();
    const args = ['setup', '--human', 'ann', '--key-store', 'file'];
    const first = await cli.run([...args, '--json']);
    expect(first).toMatchObject({ exitCode: 0 });
    expect(first.stderr).toContain('any process of yours, an agent too, can use it silently');
    const key = readFileSync(join(cli.home, 'keys/approver.json'), 'utf8');
    expect(statSync(cli.home).mode & 0o777).toBe(0o700);
    const second = await cli.run([...args, '--json']);
    const before = JSON.parse(first.stdout) as { approver: Approver };
    expect(JSON.parse(second.stdout)).toMatchObject({ created: false, approver: before.approver });
    expect(readFileSync(join(cli.home, 'keys/approver.json'), 'utf8')).toBe(key);
    expect(await cli.json<Approver[]>(['approvers', 'list'])).toMatchObject([{ human: 'ann', factor: 'file' }]);
  });

  test(verifies('cli:up-idempotent'), async () => {
    const cli = cliWithHome();
    const started = await Promise.all([0, 1, 2].map(() => cli.json<{ pid: number }>(['up'])));
    expect(new Set(started.map(({ pid }) => pid)).size).toBe(1);
    const status = await cli.json<Status>(['status']);
    expect(status).toMatchObject({ mode: 'enforce', pausedUntil: null, pending: 0, home: cli.home, unlocked: false });
    expect(await cli.json(['down'])).toEqual({ stopped: true });
    expect(isAlive(status.pid)).toBe(false);
    expect(await cli.json(['down'])).toEqual({ stopped: false });
    expect(await cli.run(['status'])).toMatchObject({ exitCode: 3 });
  });

  test('the daemon inherits nothing that changes what it runs', async () => {
    const cli = cliWithHome();
    await succeed(cli, ['up'], { env: { NODE_OPTIONS: '--no-warnings', SECRET: 'x' } });
    const { pid } = await cli.json<Status>(['status']);
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    expect(environment.filter((entry) => /^(NODE_OPTIONS|SECRET|LD_PRELOAD)=/.test(entry))).toEqual([]);
    expect(environment).toContain(`COUNTERSIGN_HOME=${cli.home}`);
  });
});

describe('unlocking', () => {
  test('mode, pause and resume need it and keep it', async () => {
    const cli = await readyCli();
    expect(await cli.json(['mode', 'observe'])).toMatchObject({ mode: 'observe' });
    expect(await cli.json(['pause', '5m', '--reason', 'tests'])).toMatchObject({ pausedUntil: expect.any(Number) });
    expect(await cli.json(['resume'])).toMatchObject({ pausedUntil: null });
    expect(await cli.json(['lock'])).toEqual({ locked: true });
    const refused = await cli.run(['mode', 'enforce']);
    expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('countersign unlock') });
    expect(await cli.json(['mode', 'enforce', '--passphrase-file', cli.passphraseFile])).toMatchObject({
      mode: 'enforce',
    });
  });

  test('a wrong passphrase opens nothing', async () => {
    const cli = await readyCli();
    await succeed(cli, ['lock']);
    const wrong = join(cli.home, 'daemon.log');
    expect(existsSync(wrong)).toBe(true);
    expect(await cli.json(['unlock', '--passphrase-file', wrong])).toMatchObject({ error: { code: 'bad_passphrase' } });
    expect(await cli.json<Status>(['status'])).toMatchObject({ unlocked: false });
  });

  test('a second human is enrolled with the consent of the first', async () => {
    const cli = await readyCli();
    const added = ['approvers', 'add', '--human', 'bob', '--new-passphrase-file', cli.passphraseFile];
    expect(await cli.json(added)).toMatchObject({ human: 'bob', factor: 'passphrase' });
    expect(await cli.json<Approver[]>(['approvers'])).toHaveLength(2);
    expect(await cli.json(added)).toMatchObject({ error: { code: 'conflict' } });
  });
});

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import { completion } from '../../../cli/commands/completion.ts';
import type { Status } from '../../../protocol/control-api.ts';
import { eventually, NODE } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { BIN, cliWithHome, readyCli, succeed, type Cli } from './cli.ts';
import { onTerminal } from './terminal.ts';

/** Dozens of commands start in these; on a busy machine that takes its time. */
vi.setConfig({ testTimeout: 300_000 });

const BROKEN = 'rules:\n  - nonsense: [1\n';

function homeOf(cli: Cli): string {
  return cli.env['HOME'] ?? '';
}

describe('what does not load', () => {
  test(verifies('people:broken-policy'), async () => {
    const cli = cliWithHome();
    const file = join(cli.home, 'policies/mine.yaml');
    mkdirSync(join(cli.home, 'policies'), { recursive: true, mode: 0o700 });
    writeFileSync(file, BROKEN);
    for (const words of [['up'], ['status']]) {
      const { exitCode, stderr, stdout } = await cli.run(words);
      expect([exitCode, stdout]).toEqual([3, '']);
      expect(stderr).toMatch(new RegExp(`the policy does not load: ${file}:\\d+:\\d+: `));
      expect(stderr).toContain('`countersign policy check`');
      expect(stderr).not.toMatch(/"level"|start it with/);
      expect(stderr.split('\n').length, stderr).toBeLessThan(5);
    }
    expect(await cli.json(['up'])).toMatchObject({ error: { code: 'daemon_unreachable', hint: expect.stringContaining('policy check') } }); // prettier-ignore
    rmSync(file);
    expect((await cli.run(['status'])).stderr).toContain('start it with `countersign up`');
  });

  test(verifies('people:config-in-force'), async () => {
    const cli = cliWithHome();
    const file = join(cli.home, 'config.yaml');
    mkdirSync(cli.home, { mode: 0o700 });
    writeFileSync(file, 'log:\n  level: debug\n');
    await succeed(cli, ['up']);
    writeFileSync(file, 'log:\n  level: lots\n');
    await eventually(async () => {
      const { problems } = await cli.json<Status>(['status']);
      return problems.some((problem) => problem.includes(file)) ? true : undefined;
    }, 'the daemon to notice');
    const shown = await cli.run(['config', 'show']);
    expect(shown).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining('the last good settings are in force'),
    });
    expect(shown.stdout).not.toContain('log.level: info');
    expect(await cli.json(['config', 'show'])).toMatchObject({ inForce: 'last-good', settings: [] });
    await succeed(cli, ['down']);
    expect(await cli.json(['config', 'show'])).toMatchObject({ inForce: 'defaults', settings: expect.arrayContaining([expect.objectContaining({ name: 'log.level', value: 'info' })]) }); // prettier-ignore
    expect((await cli.run(['config', 'show'])).stdout).toContain('the defaults');
  });
});

describe('passphrases', () => {
  test(verifies('people:one-shot'), async () => {
    const cli = await readyCli();
    const unlocked = async () => (await cli.json<Status>(['status'])).unlocked;
    const once = ['mode', 'observe', '--passphrase-file', cli.passphraseFile];
    await succeed(cli, once);
    expect(await unlocked()).toBe(true);
    await succeed(cli, ['lock']);
    await succeed(cli, once);
    expect(await unlocked()).toBe(false);
    expect(readdirSync(join(cli.home, 'run')).filter((name) => name.startsWith('unlocked-'))).toEqual([]);
    // Also when the command fails after it was opened.
    const failed = ['trace', 'restore', '/nowhere', '--passphrase-file', cli.passphraseFile];
    expect((await cli.run(failed)).exitCode).not.toBe(0);
    expect(await unlocked()).toBe(false);
    await succeed(cli, ['unlock', '--passphrase-file', cli.passphraseFile]);
    expect(await unlocked()).toBe(true);
  });

  test(verifies('people:short-passphrase'), async () => {
    const cli = cliWithHome();
    const file = join(homeOf(cli), 'short');
    writeFileSync(file, 'sevench\n', { mode: 0o600 });
    const refused = await cli.run(['setup', '--passphrase-file', file]);
    expect(refused).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('too short: 7 of at least 8 characters'),
    });
    expect(existsSync(join(cli.home, 'keys/approver.json'))).toBe(false);
    const setup = onTerminal([BIN, 'setup', '--human', 'ann'], { cwd: '/', env: cli.env });
    await setup.shows('Choose a passphrase');
    setup.type('sevench\r');
    await setup.shows('too short');
    setup.type('\u0003');
    expect(await setup.ended).toMatchObject({ exitCode: 130 });
    writeFileSync(file, 'eightcha\n');
    await succeed(cli, ['setup', '--passphrase-file', file]);
  });

  test(verifies('people:arguments-first'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['lock']);
    // Without a terminal, asking for a passphrase would be a usage error about that.
    for (const words of [
      ['agents', 'revoke', 'run-nobody'],
      ['grants', '--end', 'none'],
    ]) {
      expect(await cli.json(words), words.join(' ')).toMatchObject({ error: { code: 'not_found' } });
    }
    expect(await cli.run(['pause', '1x', '--reason', 'x'])).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('`1x` is not a duration') }); // prettier-ignore
  });
});

describe('what comes next', () => {
  test(verifies('people:next-step'), async () => {
    const cli = cliWithHome();
    const shims = join(cli.home, 'shims');
    const { stdout } = await succeed(cli, ['install', '--tools', 'git']);
    const [last = ''] = stdout.trimEnd().split('\n').slice(-1);
    expect(last).toContain('open a new terminal, or: export PATH=');
    const pasted = await cli.startProgram('/bin/sh', ['-c', `${last.slice(last.indexOf('export'))}; command -v git`])
      .ended;
    expect(pasted.stdout).toBe(`${shims}/git\n`);
    const guarded = await succeed(cli, ['install', '--tools', 'git'], {
      env: { PATH: `${shims}:${cli.env['PATH'] ?? ''}` },
    });
    expect(guarded.stdout).not.toContain('open a new terminal');
  });

  test(verifies('people:next-step'), async () => {
    const cli = cliWithHome();
    const script = [`countersign() { '${NODE}' '${BIN}' "$@"; }`, 'set -e', ...(completion.examples ?? [])].join('\n');
    expect(await cli.startProgram('bash', ['-c', script]).ended).toMatchObject({ exitCode: 0, stderr: '' });
    for (const file of [
      '.local/share/bash-completion/completions/countersign',
      '.zfunc/_countersign',
      '.config/fish/completions/countersign.fish',
    ]) {
      expect(existsSync(join(homeOf(cli), file)), file).toBe(true);
    }
    const { stdout } = await succeed(cli, ['completion', '--help']);
    expect(stdout).toContain('fpath=(~/.zfunc $fpath); autoload -Uz compinit && compinit');
  });

  test(verifies('people:pause-told'), async () => {
    const cli = await readyCli();
    await succeed(cli, ['pause', '5m', '--reason', 'bulk rename']);
    expect((await succeed(cli, ['status'])).stdout).toMatch(/paused by ann for .* more: bulk rename/);
    expect(await cli.json(['status'])).toMatchObject({ pausedBy: 'ann', pauseReason: 'bulk rename' });
    await succeed(cli, ['resume']);
    expect(await cli.json(['status'])).not.toHaveProperty('pausedBy');
  });
});

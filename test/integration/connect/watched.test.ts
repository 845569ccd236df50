import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';

import type { Status } from '../../../protocol/control-api.ts';
import type { LogLine } from '../../../protocol/trace.ts';
import { eventually } from '../../helpers/daemon.ts';
import { verifies } from '../../helpers/verifies.ts';
import { machine, type Machine } from './machine.ts';

vi.setConfig({ testTimeout: 300_000 });

type Examined = { readonly checks: readonly { readonly id: string; readonly level: string; readonly found: string }[] };

test(verifies('connect:watched'), async () => {
  const own = await machine({ ready: true });
  await own.connect('--all', '--yes');
  await eventually(async () => ((await hookLines(own)).length >= 7 ? true : undefined), 'every client to be seen');
  const claude = join(own.home, '.claude/settings.json');
  const [settings, config, hooks] = [claude, '.codex/config.toml', '.codex/hooks.json'].map((path) => readFileSync(path === claude ? path : join(own.home, path), 'utf8')); // prettier-ignore

  writeFileSync(claude, '{}');
  expect(await problem(own, 'claude-code may act without asking')).toContain('countersign connect claude-code');
  writeFileSync(claude, settings ?? '');
  await gone(own, 'claude-code');
  writeFileSync(claude, (settings ?? '').replace('"model"', '"disableAllHooks": true, "model"'));
  expect(await problem(own, 'claude-code may act')).toContain('`disableAllHooks`');
  writeFileSync(claude, settings ?? '');

  writeFileSync(join(own.home, '.codex/config.toml'), (config ?? '').replace(/trusted_hash = "sha256:./, 'trusted_hash = "sha256:'));
  expect(await problem(own, 'codex may act')).toContain('no longer trusts our hook');
  writeFileSync(join(own.home, '.codex/config.toml'), config ?? '');
  const parsed = JSON.parse(hooks ?? '') as { hooks: { PreToolUse: unknown[] } };
  parsed.hooks.PreToolUse.unshift({ hooks: [{ type: 'command', command: 'theirs' }] });
  writeFileSync(join(own.home, '.codex/hooks.json'), JSON.stringify(parsed));
  expect(await problem(own, 'codex may act without asking: another')).toContain('another hook was put before ours');
  writeFileSync(join(own.home, '.codex/hooks.json'), hooks ?? '');

  writeFileSync(claude, (settings ?? '').replace('"model"', '/* mine */ "model"'));
  expect(await problem(own, 'claude-code may act')).toContain('ignores all of such a file');
  writeFileSync(claude, settings ?? '');

  const gemini = join(own.home, '.gemini/settings.json');
  writeFileSync(gemini, readFileSync(gemini, 'utf8').replace('{"theme"', '{"hooksConfig":{"disabled":["countersign"]},"theme"'));
  expect(await problem(own, 'gemini-cli may act')).toContain('`hooksConfig.disabled`');

  rmSync(join(own.home, '.config/opencode/plugins/countersign.js'));
  expect(await problem(own, 'opencode may act')).toContain('is gone');
  expect((await hookLines(own)).filter(({ kind }) => kind === 'client.unhooked').length).toBeGreaterThanOrEqual(4);

  await own.disconnect('gemini-cli', '--yes');
  await eventually(async () => ((await hookLines(own)).some(({ summary }) => summary.includes('gemini-cli') && summary.includes('disconnected')) ? true : undefined), 'gemini-cli to be disconnected'); // prettier-ignore
  expect((await status(own)).problems.join('\n')).not.toContain('gemini-cli');
}); // prettier-ignore

test(verifies('connect:watched'), async () => {
  const own = await machine({ ready: true });
  await own.connect('cursor', '--yes');
  await eventually(async () => ((await hookLines(own)).length === 1 ? true : undefined), 'the client to be seen');
  rmSync(join(own.cli.home, 'connected.json'));
  expect(await problem(own, 'nobody can tell whether connected clients')).toContain('is gone');
});

test(verifies('connect:canary'), async () => {
  const own = await machine({ ready: true });
  await own.connect('--all', '--yes');
  const healthy = await doctor(own);
  for (const name of ['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'opencode', 'openclaw', 'cursor']) {
    expect(healthy, name).toMatchObject({ [`hook.${name}`]: 'ok', [`hook.${name}.denies`]: 'ok' });
  }
  rmSync(join(own.home, 'bin/codex'));
  expect(await doctor(own)).toMatchObject({ 'hook.codex': 'warn', 'hook.codex.denies': 'ok' });
  // Whoever looks stays a person: what starts a hook becomes part of a governed run.
  expect((await own.cli.run(['status'])).exitCode).toBe(0);
  const hook = join(own.cli.home, 'libexec/countersign-hook');
  rmSync(hook);
  writeFileSync(hook, '#!/bin/sh\nexit 0\n', { mode: 0o755 });
  const open = await doctor(own);
  expect(open).toMatchObject({ 'hook.claude-code.denies': 'fail', 'hook.opencode.denies': 'fail' });
  rmSync(hook);
  expect(await doctor(own)).toMatchObject({ 'hook.claude-code': 'fail', 'hook.claude-code.denies': 'skipped' });
});

async function doctor({ cli, home }: Machine): Promise<Record<string, string>> {
  const env = { PATH: `${home}/bin:${cli.env['PATH'] ?? ''}` };
  const { checks } = await cli.json<Examined>(['doctor'], { env });
  return Object.fromEntries(checks.map(({ id, level }) => [id, level]));
}

const status = ({ cli }: Machine): Promise<Status> => cli.json<Status>(['status']);

function problem(own: Machine, begin: string): Promise<string> {
  return eventually(async () => (await status(own)).problems.find((text) => text.startsWith(begin)), begin);
}

async function gone(own: Machine, name: string): Promise<void> {
  const isGone = async (): Promise<true | undefined> =>
    (await status(own)).problems.some((text) => text.startsWith(name)) ? undefined : true;
  await eventually(isGone, `${name} to ask again`);
}

async function hookLines({ cli }: Machine): Promise<readonly LogLine[]> {
  const { stdout } = await cli.run(['log', '--since', '1d', '--json']);
  const lines = stdout.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as LogLine); // prettier-ignore
  return lines.filter(({ kind }) => kind.startsWith('client.'));
}

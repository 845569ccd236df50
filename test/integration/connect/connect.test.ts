import { existsSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';

import { Connected } from '../../../protocol/connected.ts';
import { verifies } from '../../helpers/verifies.ts';
import { machine, type Machine } from './machine.ts';

vi.setConfig({ testTimeout: 120_000 });

const ALL = ['claude-code', 'codex', 'gemini-cli', 'copilot-cli', 'opencode', 'openclaw', 'cursor'];

describe('connect and disconnect', () => {
  test(verifies('connect:identity'), async () => {
    const own = await machine();
    const before = own.files();
    expect(await own.connect('--all', '--yes')).toMatchObject({ exitCode: 0, stderr: expect.not.stringContaining('terminal') }); // prettier-ignore
    const connected = own.files();
    expect(Object.keys(clientsOf(own)).toSorted()).toEqual(ALL.toSorted());
    expect(connected).not.toEqual(before);
    expect(await own.disconnect('--all', '--yes')).toMatchObject({ exitCode: 0 });
    expect(own.files()).toEqual(before);
    expect(clientsOf(own)).toEqual({});
  });

  test(verifies('connect:once'), async () => {
    const own = await machine();
    await own.connect('--all', '--yes');
    const once = [own.files(), clientsOf(own)];
    const again = await own.connect('--all', '--yes');
    expect(again.stdout.match(/is connected/g)).toHaveLength(ALL.length);
    expect([own.files(), clientsOf(own)]).toEqual(once);
  });

  test('what is there and was not written down is written down, and so is a new version', async () => {
    const own = await machine();
    await own.connect('cursor', 'gemini-cli', '--yes');
    rmSync(join(own.cli.home, 'connected.json'));
    own.put('bin/gemini', `#!${process.execPath}\nconsole.log('4.0.0')\n`, 0o700);
    expect((await own.connect('cursor', 'gemini-cli')).exitCode).toBe(0);
    expect(clientsOf(own)).toMatchObject({ cursor: { version: null }, 'gemini-cli': { version: '4.0.0' } });
    own.put('bin/gemini', `#!${process.execPath}\nconsole.log('4.1.0')\n`, 0o700);
    await own.connect('gemini-cli');
    expect(clientsOf(own)).toMatchObject({ 'gemini-cli': { version: '4.1.0' } });
    await own.disconnect('--all', '--yes');
    for (const [path, text] of Object.entries(own.files())) expect([path, text.includes('countersign-hook')]).toEqual([path, false]); // prettier-ignore
  });

  test(verifies('connect:asks'), async () => {
    const own = await machine();
    const before = own.files();
    const dry = await own.connect('--all', '--dry-run');
    expect(dry.exitCode).toBe(0);
    expect(dry.stdout).toMatch(/\+ .*--client claude-code --event PreToolUse/);
    const unasked = await own.connect('--all');
    expect([unasked.exitCode, unasked.stderr]).toEqual([1, expect.stringContaining('add `--yes`')]);
    expect(own.files()).toEqual(before);
    expect(existsSync(own.cli.home)).toBe(false);
  });

  test(verifies('connect:backup'), async () => {
    const own = await machine();
    const claude = join(own.home, '.claude');
    const original = readFileSync(join(claude, 'settings.json'));
    await own.connect('claude-code', '--yes');
    const backups = () => readdirSync(claude).filter((name) => name.startsWith('settings.json.before-countersign-'));
    expect(backups()).toEqual([expect.stringMatching(/-\d{8}T\d{6}Z$/)]);
    expect(readFileSync(join(claude, backups()[0] ?? ''))).toEqual(original);
    expect(statSync(join(claude, backups()[0] ?? '')).mode & 0o777).toBe(0o600);
    const ours = readFileSync(join(claude, 'settings.json'), 'utf8').replace(
      '"onFailure": "block"',
      '"onFailure": "x"',
    );
    writeFileSync(join(claude, 'settings.json'), ours);
    await own.connect('claude-code', '--yes');
    expect(backups()).toHaveLength(1);
    expect(readFileSync(join(claude, 'settings.json'), 'utf8')).toContain('"onFailure": "block"');
  });

  test(verifies('connect:edited'), async () => {
    const own = await machine();
    await own.connect('claude-code', '--yes');
    const file = join(own.home, '.claude/settings.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('"model": "opus"', '"model": "sonnet", "theme": "dark"'));
    await own.disconnect('claude-code', '--yes');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('"model": "sonnet", "theme": "dark"');
    expect(text).toContain('"command": "mine"');
    expect(text).not.toContain('countersign');
    expect(readdirSync(join(own.home, '.claude')).some((name) => name.includes('before-countersign'))).toBe(true);
  });

  test(verifies('connect:refuses'), async () => {
    const own = await machine();
    own.put('.claude/settings.json', '{\n  "model": "x",,\n}\n');
    own.put('.gemini/settings.json', '{}', 0o622);
    own.put('.codex/hooks.json', '{\n  "hooks": {} // mine\n}\n');
    rmSync(join(own.home, '.cursor/hooks.json'));
    symlinkSync('/etc/hostname-that-is-not-there', join(own.home, '.cursor/hooks.json'));
    const before = own.files();
    const { exitCode, stdout } = await own.connect('claude-code', 'gemini-cli', 'cursor', 'codex', '--yes');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/Claude Code.*left alone.*cannot be understood at line 2, column 16/);
    expect(stdout).toMatch(/Codex.*left alone.*has a comment or a comma too many at line 2, column 15/);
    expect(stdout).toMatch(/Gemini CLI.*left alone.*can be written by others/);
    expect(stdout).toMatch(/Cursor.*left alone.*is a symbolic link/);
    expect(own.files()).toEqual(before);
  });

  test(verifies('connect:symlinked'), async () => {
    const own = await machine();
    own.put('dotfiles/claude.json', '{"model":"x"}\n');
    rmSync(join(own.home, '.claude/settings.json'));
    symlinkSync('../dotfiles/claude.json', join(own.home, '.claude/settings.json'));
    const before = own.files();
    expect((await own.connect('claude-code', '--yes')).stdout).toContain('through a symbolic link');
    expect(readFileSync(join(own.home, 'dotfiles/claude.json'), 'utf8')).toContain('--client claude-code');
    await own.disconnect('claude-code', '--yes');
    expect(own.files()).toEqual(before);
  });

  test(verifies('connect:codex-trust'), async () => {
    const own = await machine();
    await own.connect('codex', '--yes');
    const settings = readFileSync(join(own.home, '.codex/config.toml'), 'utf8');
    expect(settings).toMatch(new RegExp(`\\[hooks\\.state\\."${own.home}/\\.codex/hooks\\.json:pre_tool_use:0:0"\\]\ntrusted_hash = "sha256:[0-9a-f]{64}"`)); // prettier-ignore
    expect(settings).toContain(`set = { PATH = "${own.cli.home}/shims:`);
    expect(settings).toContain('model = "o3" # mine');
  });

  test(verifies('connect:refuses'), async () => {
    const own = await machine();
    own.put('.codex/hooks.json', '\uFEFF{}\n');
    const before = own.files();
    expect((await own.connect('codex', '--yes')).stdout).toMatch(/Codex.*left alone.*is not understood by Codex/);
    expect(own.files()).toEqual(before);
  });

  test('a client that is not there is a usage error, and so is one that nobody knows', async () => {
    const own = await machine();
    rmSync(join(own.home, '.cursor'), { recursive: true });
    expect(await own.connect('cursor')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('Cursor is not on this machine') }); // prettier-ignore
    expect(await own.connect('claude-cod')).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('did you mean `claude-code`') }); // prettier-ignore
    expect(await own.connect()).toMatchObject({ exitCode: 2 });
    expect(await own.connect('--all', 'codex')).toMatchObject({ exitCode: 2 });
    expect(await own.disconnect('codex')).toMatchObject({ exitCode: 0, stdout: 'Codex is not connected.\n' });
  });

  test(verifies('connect:uninstall'), async () => {
    const own = await machine();
    const before = own.files();
    await own.connect('--all', '--yes');
    expect((await own.cli.run(['uninstall'])).stdout).toContain('the hooks of claude-code');
    expect(own.files()).toEqual(before);
  });
});

function clientsOf({ cli }: Machine): Connected['clients'] {
  const file = join(cli.home, 'connected.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  return Connected.parse(JSON.parse(readFileSync(file, 'utf8'))).clients;
}

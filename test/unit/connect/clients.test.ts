/** What each client's settings are told, in its own units and words. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';

import { HookClient } from '../../../protocol/wire.ts';
import { clientNamed, CLIENTS } from '../../../shims/connect/clients.ts';
import { hookCommand } from '../../../shims/connect/hook-command.ts';
import { putIn } from '../../../shims/connect/put-in.ts';
import type { WantedFile } from '../../../shims/connect/wanted.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const OWN = { hook: "/it's here/hook", shims: '/s', plugins: '/p' };
const PLACES = { homedir: '/home/ann', env: {} };

test('every client whose hooks are understood can be connected', () => {
  expect(CLIENTS.map(({ name }) => name).toSorted()).toEqual(HookClient.options.toSorted());
});

test(verifies('connect:command'), () => {
  const folder = `${tempFolder()}/it's a "place" $HOME`;
  mkdirSync(folder);
  writeFileSync(`${folder}/hook`, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o700 });
  const ran = spawnSync('/bin/sh', ['-c', hookCommand(`${folder}/hook`, 'codex', 'PreToolUse', 600_000)], { encoding: 'utf8' }); // prettier-ignore
  expect(ran.stdout.split('\n')).toEqual(['--client', 'codex', '--event', 'PreToolUse', '--timeout-ms', '600000', '']);
});

test(verifies('connect:closed'), () => {
  const first = (name: HookClient, event: string): unknown => {
    const text = textOf(clientNamed(name).wanted(PLACES, OWN));
    const hooks = (JSON.parse(text) as { hooks: Record<string, { hooks?: unknown[] }[]> }).hooks[event]?.[0];
    return hooks?.hooks?.[0] ?? hooks;
  };
  expect(first('claude-code', 'PreToolUse')).toMatchObject({ timeout: 600, onFailure: 'block' });
  expect(first('codex', 'PreToolUse')).toMatchObject({ timeout: 600 });
  expect(first('gemini-cli', 'BeforeTool')).toMatchObject({ timeout: 600_000 });
  expect(first('copilot-cli', 'preToolUse')).toMatchObject({ timeoutSec: 600 });
  expect(first('cursor', 'beforeShellExecution')).toMatchObject({ timeout: 600, failClosed: true });
  expect(textOf(clientNamed('openclaw').wanted(PLACES, OWN))).toContain('"timeoutMs": 600000');
});

test('every event that can keep a tool from running waits for a person, and names the client and itself', () => {
  for (const client of CLIENTS.filter(({ name }) => !['opencode', 'openclaw'].includes(name))) {
    const { event } = client.canary;
    const text = textOf(client.wanted(PLACES, OWN));
    expect(text, client.name).toContain(`--client ${client.name} --event ${event} --timeout-ms 600000`);
  }
});

test('folders that an environment names are taken, others are not', () => {
  const env = { CLAUDE_CONFIG_DIR: '/c/', CODEX_HOME: '/x', COPILOT_HOME: 'relative', XDG_CONFIG_HOME: '/xdg', GEMINI_CLI_HOME: '/g' }; // prettier-ignore
  const folders = CLIENTS.map((client) => [client.name, client.folder({ homedir: '/home/ann', env })]);
  expect(Object.fromEntries(folders)).toEqual({
    'claude-code': '/c',
    codex: '/x',
    'gemini-cli': '/g/.gemini',
    'copilot-cli': '/home/ann/.copilot',
    opencode: '/xdg/opencode',
    openclaw: '/home/ann/.openclaw',
    cursor: '/home/ann/.cursor',
  });
});

test('a list of plugins that are let in names ours, where somebody keeps one', () => {
  const [settings] = clientNamed('openclaw').wanted(PLACES, OWN).filter((file) => file.kind === 'json'); // prettier-ignore
  expect(settings?.joins).toEqual([{ kind: 'item', at: ['plugins', 'allow'], value: 'countersign' }]);
});

/** Of a client without settings, the last file that holds text. */
function textOf(files: readonly WantedFile[]): string {
  const [file] = files.toReversed();
  if (file === undefined) return '';
  return file.kind === 'own' ? file.content : putIn(file.kind, file.path, '', file.entries).text;
}

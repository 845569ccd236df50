/** A person's machine with clients on it: real files of real shapes, and programs that say a version. */
import { chmodSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'; // prettier-ignore
import { dirname, join } from 'node:path';

import { cliWithHome, readyCli, type Cli } from '../cli/cli.ts';

export type Machine = {
  readonly cli: Cli;
  readonly home: string;
  put(path: string, content: string, mode?: number): string;
  /** Everything below the person's home but Countersign's own. */
  files(): Readonly<Record<string, string>>;
  connect(...words: readonly string[]): ReturnType<Cli['run']>;
  disconnect(...words: readonly string[]): ReturnType<Cli['run']>;
};

export const SETTINGS = {
  '.claude/settings.json':
    '{\r\n\t"hooks": {\r\n\t\t"PreToolUse": [\r\n\t\t\t{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "mine" }] }\r\n\t\t]\r\n\t},\r\n\t"model": "opus"\r\n}\r\n',
  '.codex/config.toml': 'model = "o3" # mine\n\n[shell_environment_policy]\ninherit = "all"\n',
  '.gemini/settings.json': '\uFEFF{"theme":"dark"} // mine, keep',
  '.openclaw/openclaw.json': '{\n  "plugins": { "allow": ["other"] },\n}\n',
  '.cursor/hooks.json': '{\n  "version": 1,\n  "hooks": {}\n}\n',
  '.config/opencode/opencode.jsonc': '{ /* nothing */ }\n',
} as const;

export async function machine({ ready = false } = {}): Promise<Machine> {
  const cli = ready ? await readyCli() : cliWithHome();
  const home = cli.env['HOME'] ?? '';
  const bin = join(home, 'bin');
  const env = { PATH: `${bin}:${cli.env['PATH'] ?? ''}` };
  const put = (path: string, content: string, mode = 0o600): string => {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
    chmodSync(join(home, path), mode);
    return join(home, path);
  };
  for (const [path, content] of Object.entries(SETTINGS)) put(path, content);
  mkdirSync(join(home, '.copilot'));
  const script = 'process.stdout.write("fake 3.2.1 (build)\\n")';
  for (const name of ['claude', 'gemini', 'copilot', 'opencode', 'openclaw']) put(`bin/${name}`, `#!${process.execPath}\n${script}\n`, 0o700); // prettier-ignore
  put('bin/codex', `#!${process.execPath}\n${FAKE_CODEX}`, 0o700);
  return {
    cli,
    home,
    put,
    files: () => filesBelow(home, cli.home),
    connect: (...words) => cli.run(['connect', ...words], { env }),
    disconnect: (...words) => cli.run(['disconnect', ...words], { env }),
  };
}

/** Lists what lies in its home as Codex does; a hash of its own stands for the one that only Codex can compute. */
const FAKE_CODEX = String.raw`
const { createHash } = require('node:crypto');
const { existsSync, readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');
if (process.argv[2] !== 'app-server') { console.log('codex-cli 3.2.1'); process.exit(); }
const home = process.env.CODEX_HOME ?? process.env.HOME + '/.codex';
const read = (name) => (existsSync(home + '/' + name) ? readFileSync(home + '/' + name, 'utf8') : '');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') console.log(JSON.stringify({ id, result: {} }) + '\n' + JSON.stringify({ method: 'notice' }));
  if (method !== 'hooks/list') return;
  let hooks = {};
  try { ({ hooks } = JSON.parse(read('hooks.json'))); } catch { /* as if there were none */ }
  const list = Object.entries(hooks).flatMap(([event, groups]) => groups.map((group, at) => {
    const command = group.hooks[0].command;
    const key = home + '/hooks.json:' + event.replace(/[A-Z]/g, (c, i) => (i ? '_' : '') + c.toLowerCase()) + ':' + at + ':0';
    const currentHash = 'sha256:' + createHash('sha256').update(command).digest('hex');
    const trusted = read('config.toml').includes('[hooks.state."' + key + '"]\ntrusted_hash = "' + currentHash + '"');
    return { key, command, currentHash, trustStatus: trusted ? 'trusted' : 'untrusted' };
  }));
  console.log(JSON.stringify({ id, result: { data: [{ cwd: '/', hooks: list, warnings: [], errors: [] }] } }));
});
`;

function filesBelow(folder: string, own: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder).flatMap((name): [string, string][] => {
      const path = join(folder, name);
      if (path === own) return [];
      const found = lstatSync(path);
      if (found.isSymbolicLink()) return [[path, `-> ${readlinkSync(path)}`]];
      if (!found.isDirectory()) return [[path, readFileSync(path, 'latin1')]];
      return [[`${path}/`, ''], ...Object.entries(filesBelow(path, own))];
    }),
  );
}

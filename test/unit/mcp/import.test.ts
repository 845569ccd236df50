import { describe, expect, test } from 'vitest';

import { settingsFiles, type SettingsFile } from '../../../cli/mcp/import/clients.ts';
import { planText } from '../../../cli/mcp/import/plan.ts';
import { verifies } from '../../helpers/verifies.ts';

const LAUNCHER = '/home/ann/.local/share/countersign/libexec/countersign-mcp';
const FILES = settingsFiles({ home: '/home/ann', cwd: '/work', platform: 'linux', env: {} });

function fileOf(client: string): SettingsFile {
  const found = FILES.find((file) => file.client === client);
  if (found === undefined) throw new Error(`no settings of ${client}`);
  return found;
}

const CASES: readonly (readonly [string, string, string])[] = [
  ['claude-code', '{"mcpServers":{"fs":{"command":"npx","args":["-y","fs-server","."],"env":{"A":"b"}}}}', `{"mcpServers":{"fs":{"command":"${LAUNCHER}","args":["--name", "fs", "--", "npx", "-y","fs-server","."],"env":{"A":"b"}}}}`],
  ['claude-code', '{\n  "projects": {\n    "/work": { "mcpServers": { "a b": {\n      "command": "node", // ours\n      "args": [\n        "x.js"\n      ]\n    } } }\n  }\n}\n', `{\n  "projects": {\n    "/work": { "mcpServers": { "a b": {\n      "command": "${LAUNCHER}", // ours\n      "args": ["--name", "a b", "--", "node",\n        "x.js"\n      ]\n    } } }\n  }\n}\n`],
  ['opencode', '{\n\t// local\n\t"mcp": { "fs": { "type": "local", "command": ["npx", "fs"] } },\n}', `{\n\t// local\n\t"mcp": { "fs": { "type": "local", "command": ["${LAUNCHER}", "--name", "fs", "--", "npx", "fs"] } },\n}`],
  ['vscode', '{"servers":{"m":{"type":"stdio","command":"m","args":["-x"]}}}', `{"servers":{"m":{"type":"stdio","command":"${LAUNCHER}","args":["--name", "m", "--", "m", "-x"]}}}`],
  ['codex', '# mine\nmodel = "x"\n\n[mcp_servers.fs]\ncommand = "npx"   # the runner\nargs = ["-y", "fs"]\nenv = { A = "b" }\n\n[other]\nargs = ["z"]\n', `# mine\nmodel = "x"\n\n[mcp_servers.fs]\ncommand = "${LAUNCHER}"   # the runner\nargs = ["--name", "fs", "--", "npx", "-y", "fs"]\nenv = { A = "b" }\n\n[other]\nargs = ["z"]\n`],
]; // prettier-ignore

describe(verifies('mcp:import'), () => {
  test.each(CASES)('%s: nothing else is changed, and it goes back to the byte', (client, text, wanted) => {
    const file = fileOf(client);
    const there = planText(file, text, LAUNCHER, false);
    expect(there.after).toBe(wanted);
    expect(planText(file, there.after, LAUNCHER, false).changed).toEqual([]);
    expect(planText(file, there.after, LAUNCHER, true).after).toBe(text);
    expect(planText(file, text, LAUNCHER, true).changed).toEqual([]);
  });

  test('a server without arguments is given some, and starts without any again', () => {
    const there = planText(fileOf('cursor'), '{"mcpServers":{"m":{"command":"m"}}}', LAUNCHER, false).after;
    expect(there).toBe(`{"mcpServers":{"m":{"command":"${LAUNCHER}", "args": ["--name", "m", "--", "m"]}}}`);
    expect(JSON.parse(planText(fileOf('cursor'), there, LAUNCHER, true).after)).toEqual({ mcpServers: { m: { command: 'm', args: [] } } }); // prettier-ignore
  });

  test('what is reached over HTTP is told and left alone', () => {
    const text = '{"mcpServers":{"far":{"type":"http","url":"https://example.org/mcp"}}}';
    expect(planText(fileOf('gemini-cli'), text, LAUNCHER, false)).toEqual({ text, after: text, changed: [], others: ['far'] }); // prettier-ignore
  });

  test('what cannot be changed safely is refused', () => {
    const inline = 'mcp_servers = { fs = { command = "npx", args = ["x"] } }\n';
    expect(() => planText(fileOf('codex'), inline, LAUNCHER, false)).toThrow('not changed safely');
    expect(() => planText(fileOf('cursor'), '{"mcpServers":{"a":1,"a":2}}', LAUNCHER, false)).toThrow('twice');
  });
});

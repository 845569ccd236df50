/** Where clients name their MCP servers: of the user, and of the folder that the command is given in. */
import type { Format, Section } from './edit.ts';

export type SettingsFile = { readonly client: string; readonly path: string; readonly format: Format; readonly sections: readonly Section[] }; // prettier-ignore

export type Places = {
  readonly home: string;
  readonly cwd: string;
  readonly platform: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

const SERVERS: Section = { at: ['mcpServers'], shape: 'command and args' };

export const IMPORTED_CLIENTS = ['claude-code', 'codex', 'gemini-cli', 'cursor', 'vscode', 'opencode', 'copilot-cli'] as const; // prettier-ignore
export type ImportedClient = (typeof IMPORTED_CLIENTS)[number];

export function settingsFiles({ home, cwd, platform, env }: Places): readonly SettingsFile[] {
  const config = env['XDG_CONFIG_HOME'] ?? `${home}/.config`;
  const code = platform === 'darwin' ? `${home}/Library/Application Support/Code/User` : `${config}/Code/User`;
  const json = (client: ImportedClient, sections: readonly Section[], ...paths: readonly string[]): SettingsFile[] =>
    paths.map((path) => ({ client, path, format: 'json', sections }));
  const opencode: Section = { at: ['mcp'], shape: 'one list' };
  return [
    ...json('claude-code', [SERVERS, { ...SERVERS, at: ['projects', '*', 'mcpServers'] }], `${env['CLAUDE_CONFIG_DIR'] ?? home}/.claude.json`), // prettier-ignore
    ...json('claude-code', [SERVERS], `${cwd}/.mcp.json`),
    { client: 'codex', path: `${env['CODEX_HOME'] ?? `${home}/.codex`}/config.toml`, format: 'toml', sections: [{ ...SERVERS, at: ['mcp_servers'] }] }, // prettier-ignore
    ...json('gemini-cli', [SERVERS], `${home}/.gemini/settings.json`, `${cwd}/.gemini/settings.json`),
    ...json('cursor', [SERVERS], `${home}/.cursor/mcp.json`, `${cwd}/.cursor/mcp.json`),
    ...json('vscode', [{ ...SERVERS, at: ['servers'] }], `${code}/mcp.json`, `${cwd}/.vscode/mcp.json`),
    ...json('opencode', [opencode], ...['json', 'jsonc'].flatMap((end) => [`${config}/opencode/opencode.${end}`, `${cwd}/opencode.${end}`])), // prettier-ignore
    ...json('copilot-cli', [SERVERS], `${env['COPILOT_HOME'] ?? `${home}/.copilot`}/mcp-config.json`),
  ];
}

/** Claude Code, from `@anthropic-ai/claude-code`. */
import { json, NO_KEY, PROMPT, type Client } from '../client.ts';

export const claudeCode: Client = {
  name: 'claude-code',
  title: 'Claude Code',
  package: '@anthropic-ai/claude-code',
  version: '2.1.329',
  binary: 'claude',
  whenHookKilled: 'blocked',
  start: (seat) => ({
    args: ['-p', PROMPT, '--dangerously-skip-permissions', '--strict-mcp-config', '--mcp-config', `${seat.home}/mcp.json`], // prettier-ignore
    env: {
      ANTHROPIC_BASE_URL: seat.modelUrl,
      ANTHROPIC_API_KEY: NO_KEY,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      ENABLE_TOOL_SEARCH: '0',
      // Otherwise root may not skip its own questions.
      IS_SANDBOX: '1',
    },
    files: {
      'mcp.json': json({ mcpServers: { notes: { command: seat.mcp[0], args: seat.mcp.slice(1) } } }),
    },
  }),
};

/** Copilot CLI, from `@github/copilot`. */
import { json, NO_KEY, PROMPT, type Client } from '../client.ts';

export const copilotCli: Client = {
  name: 'copilot-cli',
  title: 'Copilot CLI',
  package: '@github/copilot',
  version: '1.0.102',
  binary: 'copilot',
  whenHookKilled: 'blocked',
  start: (seat) => ({
    args: ['-p', PROMPT, '--allow-all-tools', '--allow-all-paths', '--no-auto-update', '--no-color'],
    env: {
      COPILOT_OFFLINE: 'true',
      COPILOT_AUTO_UPDATE: 'false',
      COPILOT_HOME: `${seat.home}/.copilot`,
      COPILOT_MODEL: 'gpt-4.1',
      COPILOT_PROVIDER_BASE_URL: `${seat.modelUrl}/v1`,
      COPILOT_PROVIDER_API_KEY: NO_KEY,
    },
    files: {
      '.copilot/mcp-config.json': json({ mcpServers: { notes: { type: 'local', command: seat.mcp[0], args: seat.mcp.slice(1), tools: ['*'] } } }), // prettier-ignore
    },
  }),
};

/** Gemini CLI, from `@google/gemini-cli`. */
import { json, NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';

export const geminiCli: Client = {
  name: 'gemini-cli',
  title: 'Gemini CLI',
  package: '@google/gemini-cli',
  version: '0.61.0',
  binary: 'gemini',
  whenHookKilled: 'runs',
  start: (seat) => ({
    args: ['--yolo', '--model', 'gemini-2.5-pro', '-p', PROMPT],
    env: {
      GEMINI_API_KEY: NO_KEY,
      GOOGLE_GEMINI_BASE_URL: seat.modelUrl,
      GEMINI_CLI_TRUST_WORKSPACE: 'true',
      GEMINI_CLI_NO_RELAUNCH: 'true',
    },
    files: { '.gemini/settings.json': json(settings(seat)) },
  }),
};

function settings(seat: Seat): unknown {
  return {
    security: { auth: { selectedType: 'gemini-api-key' } },
    general: { enableAutoUpdate: false, enableAutoUpdateNotification: false },
    privacy: { usageStatisticsEnabled: false },
    telemetry: { enabled: false },
    mcpServers: { notes: { command: seat.mcp[0], args: seat.mcp.slice(1), trust: true } },
  };
}

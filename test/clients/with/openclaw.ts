/** OpenClaw, from `openclaw`. */
import { json, NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';

export const openclaw: Client = {
  name: 'openclaw',
  title: 'OpenClaw',
  package: 'openclaw',
  version: '2026.9.6',
  binary: 'openclaw',
  whenHookKilled: 'blocked',
  start: (seat) => ({
    args: ['agent', '--local', '--session-key', 'agent:main:test', '--message', PROMPT, '--json'],
    env: { OPENCLAW_OFFLINE: '1', OPENCLAW_NO_AUTO_UPDATE: '1', OPENCLAW_DISABLE_BONJOUR: '1' },
    files: {
      '.openclaw/openclaw.json': json(settings(seat)),
    },
  }),
};

function settings({ work, modelUrl, mcp }: Seat): unknown {
  const cost = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };
  const model = { id: 'scripted', name: 'scripted', reasoning: false, input: ['text'], cost, contextWindow: 200_000, maxTokens: 8_000 }; // prettier-ignore
  return {
    models: {
      mode: 'replace',
      providers: {
        scripted: { baseUrl: `${modelUrl}/v1`, apiKey: NO_KEY, api: 'openai-completions', models: [model] },
      },
    },
    agents: { defaults: { model: { primary: 'scripted/scripted' }, workspace: work, skipBootstrap: true } },
    tools: { toolSearch: false, exec: { host: 'gateway', security: 'full', ask: 'off' } },
    mcp: { servers: { notes: { command: mcp[0], args: mcp.slice(1) } } },
  };
}

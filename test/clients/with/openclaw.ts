/** OpenClaw, from `openclaw`. */
import { json, NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';
import { hookPlugin } from './plugin.ts';

const PLUGIN = 'countersign';

export const openclaw: Client = {
  name: 'openclaw',
  title: 'OpenClaw',
  package: 'openclaw',
  version: '2026.9.6',
  binary: 'openclaw',
  whenHookKilled: 'blocked',
  start: (seat) => ({
    args: ['agent', '--local', '--session-key', 'agent:main:test', '--message', PROMPT, '--json'],
    env: {},
    files: {
      '.openclaw/openclaw.json': json(settings(seat)),
      [`plugin/openclaw.plugin.json`]: json({ id: PLUGIN, name: 'Countersign', description: 'asks first', version: '1.0.0', configSchema: { type: 'object', additionalProperties: false, properties: {} } }), // prettier-ignore
      [`plugin/package.json`]: json({ name: PLUGIN, version: '1.0.0', type: 'module', openclaw: { extensions: ['./index.js'] } }), // prettier-ignore
      'plugin/index.js': plugin(seat),
    },
  }),
};

function settings({ home, work, modelUrl, mcp, shims }: Seat): unknown {
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
    tools: { toolSearch: false, exec: { host: 'gateway', security: 'full', ask: 'off', pathPrepend: [shims] } },
    plugins: { load: { paths: [`${home}/plugin`] }, allow: [PLUGIN], entries: { [PLUGIN]: { enabled: true } } },
    mcp: { servers: { notes: { command: mcp[0], args: mcp.slice(1) } } },
  };
}

function plugin(seat: Seat): string {
  return `${hookPlugin(seat)}
export default {
  id: '${PLUGIN}',
  name: 'Countersign',
  register(api) {
    api.on('before_tool_call', async (event, ctx) => {
      const answer = await ask('before_tool_call', { input: { event, ctx }, cwd: ${JSON.stringify(seat.work)} });
      if (answer.verdict === 'deny') return { block: true, blockReason: answer.reason };
      return answer.verdict === 'compute' ? { params: answer.input } : undefined;
    }, { timeoutMs: ${seat.hookTimeoutMs} });
    api.on('after_tool_call', async (event, ctx) => {
      await ask('after_tool_call', { input: { event, ctx }, cwd: ${JSON.stringify(seat.work)} });
    });
  },
};
`;
}

/** opencode, from `opencode-ai`. */
import { json, NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';

export const opencode: Client = {
  name: 'opencode',
  title: 'opencode',
  package: 'opencode-ai',
  version: '1.18.33',
  binary: 'opencode',
  whenHookKilled: 'blocked',
  start: (seat) => ({
    args: ['run', PROMPT],
    env: {
      XDG_CONFIG_HOME: `${seat.home}/.config`,
      XDG_DATA_HOME: `${seat.home}/.local/share`,
      XDG_CACHE_HOME: `${seat.home}/.cache`,
      XDG_STATE_HOME: `${seat.home}/.local/state`,
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      OPENCODE_DISABLE_MODELS_FETCH: '1',
      OPENCODE_DISABLE_LSP_DOWNLOAD: '1',
      OPENCODE_DISABLE_DEFAULT_PLUGINS: '1',
    },
    files: {
      '.config/opencode/opencode.json': json(settings(seat)),
      // Otherwise it fetches the types of its plugins first.
      '.config/opencode/node_modules/.package-lock.json': json({}),
      '.config/opencode/package-lock.json': json({ packages: { '': { dependencies: { '@opencode-ai/plugin': '1.18.33' } } } }), // prettier-ignore
    },
  }),
};

function settings({ modelUrl, mcp }: Seat): unknown {
  const options = { baseURL: `${modelUrl}/v1`, apiKey: NO_KEY };
  return {
    provider: { scripted: { npm: '@ai-sdk/openai-compatible', options, models: { scripted: { name: 'scripted' } } } },
    model: 'scripted/scripted',
    small_model: 'scripted/scripted',
    autoupdate: false,
    share: 'disabled',
    permission: 'allow',
    mcp: { notes: { type: 'local', command: mcp, enabled: true } },
  };
}

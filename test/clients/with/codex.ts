/** Codex, from `@openai/codex`. */
import { json, NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';

const EVENTS = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse'];

export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  package: '@openai/codex',
  version: '0.169.0',
  binary: 'codex',
  whenHookKilled: 'runs',
  start: (seat) => ({
    args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', '--dangerously-bypass-hook-trust', PROMPT], // prettier-ignore
    env: { CODEX_HOME: `${seat.home}/.codex`, MODEL_KEY: NO_KEY },
    files: {
      '.codex/config.toml': settings(seat),
      '.codex/hooks.json': json({ hooks: Object.fromEntries(EVENTS.map((event) => [event, [entry(seat)]])) }),
    },
  }),
};

function entry({ hook, hookTimeoutMs }: Seat): unknown {
  return { matcher: '*', hooks: [{ type: 'command', command: hook(), timeout: Math.ceil(hookTimeoutMs / 1000) }] };
}

function settings({ modelUrl, mcp, path }: Seat): string {
  const [command, ...args] = mcp.map((word) => JSON.stringify(word));
  return `model = "gpt-5.1-codex"
model_provider = "scripted"
check_for_update_on_startup = false

[model_providers.scripted]
name = "scripted"
base_url = "${modelUrl}/v1"
wire_api = "responses"
env_key = "MODEL_KEY"
supports_websockets = false

[analytics]
enabled = false

[features]
hooks = true

# A login shell would put the folders of the system before the shims.
[shell_environment_policy]
set = { PATH = ${JSON.stringify(path)} }

[mcp_servers.notes]
command = ${command}
args = [${args.join(', ')}]
`;
}

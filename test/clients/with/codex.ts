/** Codex, from `@openai/codex`. */
import { NO_KEY, PROMPT, type Client, type Seat } from '../client.ts';

export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  package: '@openai/codex',
  version: '0.169.0',
  binary: 'codex',
  whenHookKilled: 'runs',
  trustingArgs: ['--dangerously-bypass-hook-trust'],
  start: (seat) => ({
    args: ['exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', PROMPT], // prettier-ignore
    env: { CODEX_HOME: `${seat.home}/.codex`, MODEL_KEY: NO_KEY },
    files: {
      '.codex/config.toml': settings(seat),
    },
  }),
};

function settings({ modelUrl, mcp }: Seat): string {
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

[mcp_servers.notes]
command = ${command}
args = [${args.join(', ')}]
`;
}

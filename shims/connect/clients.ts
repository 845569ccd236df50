/** Every client whose hooks are understood. */
import type { HookClient } from '../../protocol/wire.ts';
import { claudeCode } from './clients/claude-code.ts';
import type { Client } from './clients/client.ts';
import { codex } from './clients/codex.ts';
import { copilotCli } from './clients/copilot-cli.ts';
import { cursor } from './clients/cursor.ts';
import { geminiCli } from './clients/gemini-cli.ts';
import { openclaw } from './clients/openclaw.ts';
import { opencode } from './clients/opencode.ts';

export const CLIENTS: readonly Client[] = [claudeCode, codex, geminiCli, copilotCli, opencode, openclaw, cursor];

export function clientNamed(name: HookClient): Client {
  const found = CLIENTS.find((client) => client.name === name);
  if (found === undefined) throw new Error(`no client \`${name}\``);
  return found;
}

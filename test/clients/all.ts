/** The clients that can be driven without a person and without the network. */
import type { Client } from './client.ts';
import { claudeCode } from './with/claude-code.ts';
import { codex } from './with/codex.ts';
import { copilotCli } from './with/copilot-cli.ts';
import { geminiCli } from './with/gemini-cli.ts';
import { openclaw } from './with/openclaw.ts';
import { opencode } from './with/opencode.ts';

export const CLIENTS: readonly Client[] = [claudeCode, codex, geminiCli, copilotCli, opencode, openclaw];

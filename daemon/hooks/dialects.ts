/** The dialect of every client. */
import type { HookClient } from '../../protocol/wire.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { copilotCli } from './copilot-cli.ts';
import { cursor } from './cursor.ts';
import type { Dialect } from './dialect.ts';
import { geminiCli } from './gemini-cli.ts';
import { openclaw } from './openclaw.ts';
import { opencode } from './opencode.ts';

export const DIALECTS: Readonly<Record<HookClient, Dialect>> = {
  'claude-code': claudeCode,
  codex,
  'gemini-cli': geminiCli,
  'copilot-cli': copilotCli,
  opencode,
  openclaw,
  cursor,
};

/** Copilot CLI: a file of our own among the hooks of the user. */
import { hookCommand } from '../hook-command.ts';
import { isFields } from '../values.ts';
import { ASK_MS, TELL_MS } from '../wanted.ts';
import { folderOf, type Client } from './client.ts';

const EVENTS = { preToolUse: ASK_MS, postToolUse: TELL_MS, userPromptSubmitted: TELL_MS, sessionStart: TELL_MS, sessionEnd: TELL_MS }; // prettier-ignore

export const copilotCli: Client = {
  name: 'copilot-cli',
  title: 'Copilot CLI',
  programs: ['copilot'],
  folder: (places) => folderOf(places, 'COPILOT_HOME', '.copilot'),
  wanted: (places, { hook }) => {
    const hooks = Object.entries(EVENTS).map(([event, timeoutMs]) => {
      const bash = hookCommand(hook, 'copilot-cli', event, timeoutMs);
      return [event, [{ type: 'command', bash, timeoutSec: timeoutMs / 1_000 }]] as const;
    });
    const content = `${JSON.stringify({ version: 1, hooks: Object.fromEntries(hooks) }, undefined, 2)}\n`;
    return [{ kind: 'own', path: `${copilotCli.folder(places)}/hooks/countersign.json`, content }];
  },
  switches: (places) => [{ path: `${copilotCli.folder(places)}/settings.json`, at: ['disableAllHooks'], off: true }],
  canary: {
    event: 'preToolUse',
    payload: (command, session, cwd) => ({
      sessionId: session,
      timestamp: 0,
      cwd,
      toolName: 'bash',
      toolArgs: JSON.stringify({ command }),
      toolCallId: session,
    }),
  },
  denies: (printed) =>
    isFields(printed) && printed['permissionDecision'] === 'deny' && typeof printed['permissionDecisionReason'] === 'string' && printed['permissionDecisionReason'] !== '',
}; // prettier-ignore

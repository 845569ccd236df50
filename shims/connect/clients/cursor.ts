/** Cursor: `hooks.json` of the user, every event with its own list. */
import type { ConnectedEntry } from '../../../protocol/connected.ts';
import { hookCommand } from '../hook-command.ts';
import { isFields } from '../values.ts';
import { ASK_MS, item, property, TELL_MS } from '../wanted.ts';
import type { Client } from './client.ts';

const ASKS = ['beforeShellExecution', 'beforeMCPExecution', 'preToolUse'];
const TELLS = ['afterShellExecution', 'afterMCPExecution', 'postToolUse', 'postToolUseFailure', 'beforeSubmitPrompt', 'sessionStart', 'sessionEnd']; // prettier-ignore

export const cursor: Client = {
  name: 'cursor',
  title: 'Cursor',
  programs: ['cursor', 'cursor-agent'],
  folder: ({ homedir }) => `${homedir}/.cursor`,
  wanted: (places, { hook }) => {
    const one = (event: string, timeoutMs: number, more: Readonly<Record<string, unknown>>): ConnectedEntry =>
      item(['hooks', event], { command: hookCommand(hook, 'cursor', event, timeoutMs), timeout: timeoutMs / 1_000, ...more }); // prettier-ignore
    const asks = ASKS.map((event) => one(event, ASK_MS, { failClosed: true }));
    const tells = TELLS.map((event) => one(event, TELL_MS, {}));
    const entries = [property(['version'], 1), ...asks, ...tells];
    return [{ kind: 'json', strict: true, path: `${cursor.folder(places)}/hooks.json`, entries }];
  },
  switches: () => [],
  canary: {
    event: 'beforeShellExecution',
    payload: (command, session, cwd) => ({
      conversation_id: session,
      hook_event_name: 'beforeShellExecution',
      command,
      cwd,
      workspace_roots: [cwd],
    }),
  },
  denies: (printed) =>
    isFields(printed) && printed['permission'] === 'deny' && typeof printed['agent_message'] === 'string',
};

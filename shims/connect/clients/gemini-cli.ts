/** Gemini CLI: `settings.json` of the user, with times in milliseconds. */
import { isFields } from '../values.ts';
import { ASK_MS, TELL_MS, type ClientPlaces } from '../wanted.ts';
import { groupedHook, type GroupedHook } from './claude-form.ts';
import { namedFolder, type Client } from './client.ts';

const NAME = { name: 'countersign' };
const HOOKS: readonly GroupedHook[] = [
  { event: 'BeforeTool', timeoutMs: ASK_MS, unitMs: 1, more: NAME, matcher: '.*' },
  { event: 'AfterTool', timeoutMs: TELL_MS, unitMs: 1, more: NAME, matcher: '.*' },
  { event: 'BeforeAgent', timeoutMs: TELL_MS, unitMs: 1, more: NAME },
  { event: 'SessionStart', timeoutMs: TELL_MS, unitMs: 1, more: NAME },
  { event: 'SessionEnd', timeoutMs: TELL_MS, unitMs: 1, more: NAME },
];

export const geminiCli: Client = {
  name: 'gemini-cli',
  title: 'Gemini CLI',
  programs: ['gemini'],
  folder: (places) => `${namedFolder(places, 'GEMINI_CLI_HOME') ?? places.homedir}/.gemini`,
  wanted: (places, { hook }) => [
    { kind: 'json', strict: false, path: settings(places), entries: HOOKS.map((one) => groupedHook('gemini-cli', hook, one)) },
  ],
  switches: (places) => [
    { path: settings(places), at: ['hooksConfig', 'enabled'], off: false },
    { path: settings(places), at: ['hooksConfig', 'disabled'], off: 'countersign' },
  ],
  canary: {
    event: 'BeforeTool',
    payload: (command, session, cwd) => ({
      session_id: session,
      cwd,
      hook_event_name: 'BeforeTool',
      tool_name: 'run_shell_command',
      tool_input: { command },
    }),
  },
  denies: (printed) => isFields(printed) && printed['decision'] === 'deny' && typeof printed['reason'] === 'string' && printed['reason'] !== '',
}; // prettier-ignore

function settings(places: ClientPlaces): string {
  return `${geminiCli.folder(places)}/settings.json`;
}

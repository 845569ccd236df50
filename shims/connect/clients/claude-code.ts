/** Claude Code: `settings.json` of the user. */
import { ASK_MS, TELL_MS } from '../wanted.ts';
import { bashCall, deniesInClaudeForm, groupedHook, type GroupedHook } from './claude-form.ts';
import { folderOf, type Client } from './client.ts';

const SECOND = 1_000;
const HOOKS: readonly GroupedHook[] = [
  // Without it a hook that is missing, killed or late lets the tool run.
  { event: 'PreToolUse', timeoutMs: ASK_MS, unitMs: SECOND, more: { onFailure: 'block' }, matcher: '*' },
  { event: 'PostToolUse', timeoutMs: TELL_MS, unitMs: SECOND, matcher: '*' },
  { event: 'PostToolUseFailure', timeoutMs: TELL_MS, unitMs: SECOND, matcher: '*' },
  { event: 'UserPromptSubmit', timeoutMs: TELL_MS, unitMs: SECOND },
  { event: 'SessionStart', timeoutMs: TELL_MS, unitMs: SECOND },
  { event: 'SessionEnd', timeoutMs: TELL_MS, unitMs: SECOND },
];

export const claudeCode: Client = {
  name: 'claude-code',
  title: 'Claude Code',
  programs: ['claude'],
  folder: (places) => folderOf(places, 'CLAUDE_CONFIG_DIR', '.claude'),
  wanted: (places, { hook }) => [
    { kind: 'json', strict: true, path: `${claudeCode.folder(places)}/settings.json`, entries: HOOKS.map((one) => groupedHook('claude-code', hook, one)) },
  ],
  switches: (places) => [{ path: `${claudeCode.folder(places)}/settings.json`, at: ['disableAllHooks'], off: true }],
  canary: { event: 'PreToolUse', payload: (command, session, cwd) => bashCall('PreToolUse', command, session, cwd) },
  denies: deniesInClaudeForm,
}; // prettier-ignore

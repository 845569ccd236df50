/** Codex: `hooks.json` of the user, and in `config.toml` the trust without which a hook silently does not run. */
import type { ConnectedEntry } from '../../../protocol/connected.ts';
import { ASK_MS, property, TELL_MS, type ClientPlaces } from '../wanted.ts';
import { bashCall, deniesInClaudeForm, groupedHook, type GroupedHook } from './claude-form.ts';
import { folderOf, type Client } from './client.ts';

const SECOND = 1_000;
const HOOKS: readonly GroupedHook[] = [
  { event: 'PreToolUse', timeoutMs: ASK_MS, unitMs: SECOND, matcher: '*' },
  { event: 'PostToolUse', timeoutMs: TELL_MS, unitMs: SECOND, matcher: '*' },
  { event: 'UserPromptSubmit', timeoutMs: TELL_MS, unitMs: SECOND },
  { event: 'SessionStart', timeoutMs: TELL_MS, unitMs: SECOND },
];

export const codex: Client = {
  name: 'codex',
  title: 'Codex',
  programs: ['codex'],
  folder: (places) => folderOf(places, 'CODEX_HOME', '.codex'),
  wanted: (places, { hook }) => [
    {
      kind: 'json',
      strict: true,
      path: codexHooks(places),
      entries: HOOKS.map((one) => groupedHook('codex', hook, one)),
    },
  ],
  switches: (places) => [{ path: codexSettings(places), at: ['features', 'hooks'], off: false }],
  canary: { event: 'PreToolUse', payload: (command, session, cwd) => bashCall('PreToolUse', command, session, cwd) },
  denies: deniesInClaudeForm,
};

export function codexHooks(places: ClientPlaces): string {
  return `${codex.folder(places)}/hooks.json`;
}

export function codexSettings(places: ClientPlaces): string {
  return `${codex.folder(places)}/config.toml`;
}

/** What Codex itself says of a hook. */
export type CodexHook = {
  readonly key: string;
  readonly command: string;
  readonly currentHash: string;
  readonly trustStatus: string;
};

/** INVARIANT: the hash is the one that Codex computed; it is trusted only at the place that its key names. */
export function trusting(hooks: readonly CodexHook[]): readonly ConnectedEntry[] {
  return hooks.map(({ key, currentHash }) => property(['hooks', 'state', key, 'trusted_hash'], currentHash));
}

export function pathThrough(shims: string, path: string): ConnectedEntry {
  const others = path.split(':').filter((folder) => folder !== shims && folder !== '');
  return property(['shell_environment_policy', 'set', 'PATH'], [shims, ...others].join(':'));
}

/** Of the n-th group for an event, in the file that Codex finds at `path`. */
export function placeOf(key: string): { readonly event: string; readonly group: number } | undefined {
  const [, event, group] = /:([a-z_]+):(\d+):\d+$/.exec(key) ?? [];
  return event === undefined || group === undefined ? undefined : { event, group: Number(group) };
}

/** What connecting a client would change, worked out without changing anything. */
import { realpathSync } from 'node:fs';

import type { ConnectedEntry, ConnectedFile, Connection } from '../../protocol/connected.ts';
import type { HookClient } from '../../protocol/wire.ts';
import {
  codex,
  codexSettings,
  pathThrough,
  placeOf,
  trusting,
  type CodexHook,
} from '../../shims/connect/clients/codex.ts';
import { lookAtSpot } from '../../shims/connect/place.ts';
import { planConnect, type FileChange } from '../../shims/connect/plan.ts';
import { settingsValue } from '../../shims/connect/put-in.ts';
import { Refusal } from '../../shims/connect/refusal.ts';
import { valueAt } from '../../shims/connect/values.ts';
import { guardedShells } from '../../shims/start-files.ts';
import type { Context } from '../context.ts';
import { hashesOf } from './codex-trust.ts';
import { ownPlacesOf, placesOf, versionOf, type FoundClient } from './found.ts';

export type Prepared = {
  readonly name: HookClient;
  readonly title: string;
  readonly version: string | null;
  readonly changes: readonly FileChange[];
  readonly switches: Connection['switches'];
  /** What a person should know besides. */
  readonly notes: readonly string[];
  /** Why nothing of it is changed. */
  readonly refused?: string;
};

export async function prepare(found: FoundClient, known: Connection | undefined, context: Context): Promise<Prepared> {
  const { client } = found;
  const switches = client.switches(placesOf(context)).map((one) => ({ ...one, at: [...one.at] }));
  const about = { name: client.name, title: client.title, version: await versionOf(found, context.env), switches };
  try {
    const changes = client.wanted(placesOf(context), ownPlacesOf(context)).map((file) => planConnect(file, known));
    const trust = client === codex ? await withTrust(found, changes, known, context) : { changes, notes: [] };
    const paths = new Set(trust.changes.map(({ spot }) => spot.path));
    const kept = (known?.files ?? []).filter(({ path }) => !paths.has(path)).map(keep);
    return {
      ...about,
      changes: [...trust.changes, ...kept],
      notes: [...(found.program === undefined ? [NOT_ON_PATH] : []), ...trust.notes],
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...about, changes: [], notes: [], refused: error.message };
  }
}

/** Put there before, and not looked at today. */
function keep(record: ConnectedFile): FileChange {
  const spot = lookAtSpot(record.path);
  const before = spot.bytes?.toString('utf8') ?? '';
  return { spot, before, after: spot.bytes === undefined ? undefined : before, record, folders: [] };
}

const NOT_ON_PATH = 'its program is not on your PATH, so its version is not known';

type Trusted = { readonly changes: readonly FileChange[]; readonly notes: readonly string[] };

async function withTrust({ program }: FoundClient, changes: readonly FileChange[], known: Connection | undefined, context: Context): Promise<Trusted> {
  const [hooks] = changes;
  if (hooks?.after === undefined || hooks.record?.kind !== 'json') return { changes, notes: [] };
  const listed = await askCodex(program, hooks.after, context);
  const commands = new Set(hooks.record.entries.map(commandIn));
  const ours = typeof listed === 'string' ? [] : listed.filter(({ command }) => commands.has(command));
  if (typeof listed !== 'string' && ours.length < commands.size)
    throw new Refusal(hooks.spot.path, 'is not understood by Codex, which does not list our hooks in it; it wants plain JSON without a byte order mark'); // prettier-ignore
  const settings = codexSettings(placesOf(context));
  const entries = [...trusting(ours.map((hook) => ({ ...hook, key: keyHere(hook.key, context) }))), ...pathEntry(settings, known, context)];
  const placed = hooks.record.entries.map((entry) => {
    const hook = ours.find(({ command }) => command === commandIn(entry));
    const group = hook === undefined ? undefined : placeOf(hook.key)?.group;
    return group === undefined ? entry : { ...entry, index: group };
  });
  const first = { ...hooks, record: { ...hooks.record, entries: placed } };
  const notes = typeof listed === 'string' ? [`it does not run our hooks before you trust them in Codex with \`/hooks\`: ${listed}`] : [];
  if (entries.length === 0) return { changes: [first], notes };
  return { changes: [first, planConnect({ kind: 'toml', path: settings, entries }, known)], notes };
} // prettier-ignore

async function askCodex(program: string | undefined, hooksJson: string, { env }: Context): Promise<readonly CodexHook[] | string> {
  if (program === undefined) return 'its program, which knows what it trusts, is not on your PATH';
  try {
    return await hashesOf(program, hooksJson, env);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
} // prettier-ignore

/** The key that Codex uses for the person's own file: it follows links only in a folder that was named to it. */
function keyHere(key: string, context: Context): string {
  const { env, homedir } = placesOf(context);
  const named = env['CODEX_HOME'];
  const folder = named?.startsWith('/') === true ? real(named) : `${homedir}/.codex`;
  return `${folder}/hooks.json${/:[a-z_]+:\d+:\d+$/.exec(key)?.[0] ?? ''}`;
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    // Not there yet; Codex refuses such a folder too.
    return folder;
  }
}

function commandIn({ value }: ConnectedEntry): string {
  const hooks = valueAt(value, ['hooks']);
  return Array.isArray(hooks) ? String(valueAt(hooks[0], ['command'])) : '';
}

/** Codex starts a login shell, whose start files set PATH anew: unless they lead to the shims, Codex is told to. */
function pathEntry(settings: string, known: Connection | undefined, context: Context): readonly ConnectedEntry[] {
  const { paths, env } = context;
  const put = known?.files.find(({ path }) => path === settings);
  const before = put?.kind === 'toml' ? put.entries.find(({ at }) => at.at(-1) === 'PATH') : undefined;
  // The PATH of another day would only be another line.
  if (before !== undefined) return [before];
  if (guardedShells(placesOf(context).homedir, paths.shims).includes('bash')) return [];
  const text = planConnect({ kind: 'toml', path: settings, entries: [] }, undefined).before;
  const own = valueAt(settingsValue('toml', settings, text), ['shell_environment_policy', 'set', 'PATH']);
  return own === undefined ? [pathThrough(paths.shims, env['PATH'] ?? '')] : [];
}

/** What connecting or disconnecting would change, worked out before anything is written. */
import { createHash } from 'node:crypto';

import type { ConnectedEntry, ConnectedFile, Connection } from '../../protocol/connected.ts';
import { lookAtSpot, type Spot } from './place.ts';
import { requireStrict } from './json-text.ts';
import { putIn, settingsValue, withoutMark } from './put-in.ts';
import { Refusal } from './refusal.ts';
import { takeOut } from './take-out.ts';
import { holds, plain, valueAt } from './values.ts';
import type { WantedFile } from './wanted.ts';

export type FileChange = {
  readonly spot: Spot;
  readonly before: string;
  /** `undefined`: the file goes. */
  readonly after: string | undefined;
  /** What is remembered of it; absent when it is taken out. */
  readonly record?: ConnectedFile;
  /** Folders that go with it when they are empty. */
  readonly folders: readonly string[];
};

type SettingsFile = Extract<ConnectedFile, { kind: 'json' | 'toml' }>;

type Base = Pick<ConnectedFile, 'path' | 'real' | 'created' | 'folders'>;

/** `known`: what was put there before, which is taken out first unless all of it still holds. */
export function planConnect(wanted: WantedFile, known: Connection | undefined): FileChange {
  const spot = lookAtSpot(wanted.path);
  const old = known?.files.find(({ path }) => path === wanted.path);
  const { created, folders } = old ?? { created: spot.bytes === undefined, folders: [] };
  const base: Base = { path: wanted.path, real: spot.real, created, folders };
  const planned =
    wanted.kind === 'own' ? planOwn(spot, wanted.content, old, base) : planSettings(spot, wanted, old, base);
  return { spot, before: textOf(spot), folders: [], ...planned };
}

type Planned = Pick<FileChange, 'after' | 'record'>;

function textOf({ bytes }: Spot): string {
  return bytes?.toString('utf8') ?? '';
}

function planOwn(spot: Spot, content: string, old: ConnectedFile | undefined, base: Base): Planned {
  if (spot.bytes !== undefined && old === undefined && textOf(spot) !== content)
    throw new Refusal(spot.path, 'is there already and was not written by us');
  return { after: content, record: { kind: 'own', ...base, digest: digestOf(content) } };
}

type WantedSettings = Exclude<WantedFile, { kind: 'own' }>;

function planSettings(spot: Spot, wanted: WantedSettings, old: ConnectedFile | undefined, base: Base): Planned {
  const before = textOf(spot);
  const { kind, path } = wanted;
  const value = settingsValue(kind, path, before);
  const strict = wanted.kind === 'json' && wanted.strict;
  if (strict) requireStrict(path, withoutMark(before).body);
  const entries = [...wanted.entries, ...joined(wanted, value)];
  const settings = old?.kind === kind ? old : undefined;
  if (settings !== undefined && entries.every((entry) => holds(value, entry)))
    return { after: before, record: { ...settings, ...base } };
  const clean = settings === undefined ? before : takeOut(path, before, settings);
  const cleanValue = settingsValue(kind, path, clean);
  const isTheirs = (entry: ConnectedEntry): boolean => isPlain(entry) && holds(cleanValue, entry);
  const put = putIn(kind, path, clean, entries);
  const record: SettingsFile = {
    kind,
    ...base,
    entries: entries.filter((entry) => !isTheirs(entry)),
    needs: entries.filter(isTheirs),
    edits: [...put.edits],
    strict,
    made: put.made.map((at) => [...at]),
    ...(settings?.backup !== undefined && { backup: settings.backup }),
  };
  return { after: put.text, record };
}

/** A number or a word, as anybody may have written it; what names our programs is ours in any case. */
function isPlain({ kind, value }: ConnectedEntry): boolean {
  return kind === 'property' && typeof value !== 'object';
}

/** Lists that have to name us only where somebody keeps them. */
function joined(wanted: WantedSettings, value: unknown): readonly ConnectedEntry[] {
  const lists = wanted.kind === 'json' ? (wanted.joins ?? []) : [];
  return lists.filter(({ at }) => {
    const list = valueAt(value, at);
    return Array.isArray(list) && list.length > 0;
  });
}

/** Takes out what was put in; what somebody else wrote meanwhile stays. */
export function planDisconnect(known: ConnectedFile): FileChange {
  const spot = lookAtSpot(known.path);
  const before = spot.bytes?.toString('utf8') ?? '';
  const { folders } = known;
  if (spot.bytes === undefined) return { spot, before, after: undefined, folders };
  if (known.kind === 'own') {
    if (digestOf(before) !== known.digest) throw new Refusal(known.path, 'is ours and was changed; look at it and remove it by hand'); // prettier-ignore
    return { spot, before, after: undefined, folders };
  }
  const after = takeOut(known.path, before, known);
  const isBare = known.created && isBlank(known.kind, known.path, after);
  return { spot, before, after: isBare ? undefined : after, folders: isBare ? folders : [] };
}

/** Nothing in it but what a file of no settings has. */
function isBlank(kind: SettingsFile['kind'], path: string, text: string): boolean {
  if (text.trim() === '') return true;
  if (kind === 'toml') return text.trim() === '';
  return text.trim().length <= 4 && JSON.stringify(plain(settingsValue(kind, path, text))) === '{}';
}

export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What connecting or disconnecting would change, worked out before anything is written. */
import { createHash } from 'node:crypto';

import type { ConnectedEntry, ConnectedFile, Connection } from '../../protocol/connected.ts';
import { lookAtSpot, type Spot } from './place.ts';
import { putIn, settingsValue } from './put-in.ts';
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

/** `known`: what was put there before, which is taken out first unless all of it still holds. */
export function planConnect(wanted: WantedFile, known: Connection | undefined): FileChange {
  const spot = lookAtSpot(wanted.path);
  const before = spot.bytes?.toString('utf8') ?? '';
  const old = known?.files.find(({ path }) => path === wanted.path);
  const base = { path: wanted.path, real: spot.real, created: old?.created ?? spot.bytes === undefined, folders: old?.folders ?? [] }; // prettier-ignore
  if (wanted.kind === 'own') {
    if (spot.bytes !== undefined && old === undefined && before !== wanted.content) throw new Refusal(wanted.path, 'is there already and was not written by us'); // prettier-ignore
    const record = { kind: 'own', ...base, digest: digestOf(wanted.content) } as const;
    return { spot, before, after: wanted.content, record, folders: [] };
  }
  const entries = [...wanted.entries, ...joined(wanted, before)];
  const settings = old?.kind === wanted.kind ? old : undefined;
  const value = settingsValue(wanted.kind, wanted.path, before);
  const whole = entries.every((entry) => holds(value, entry));
  if (whole && settings !== undefined)
    return { spot, before, after: before, record: { ...settings, ...base }, folders: [] };
  const clean = settings === undefined ? before : takeOut(wanted.path, before, settings);
  const cleanValue = settingsValue(wanted.kind, wanted.path, clean);
  const isTheirs = (entry: ConnectedEntry): boolean => isPlain(entry) && holds(cleanValue, entry);
  const put = putIn(wanted.kind, wanted.path, clean, entries);
  const record: SettingsFile = {
    kind: wanted.kind,
    ...base,
    entries: entries.filter((entry) => !isTheirs(entry)),
    needs: entries.filter(isTheirs),
    edits: [...put.edits],
    made: put.made.map((at) => [...at]),
    ...(settings?.backup !== undefined && { backup: settings.backup }),
  };
  return { spot, before, after: put.text, record, folders: [] };
}

/** A number or a word, as anybody may have written it; what names our programs is ours in any case. */
function isPlain({ kind, value }: ConnectedEntry): boolean {
  return kind === 'property' && typeof value !== 'object';
}

/** Lists that have to name us only where somebody keeps them. */
function joined(wanted: Exclude<WantedFile, { kind: 'own' }>, text: string) {
  const lists = wanted.kind === 'json' ? (wanted.joins ?? []) : [];
  if (lists.length === 0) return [];
  const value = settingsValue(wanted.kind, wanted.path, text);
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

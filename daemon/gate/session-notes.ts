/** What an action that was let through adds to what is known of its session, and how the trace keeps it. */
import { dirname } from 'node:path';
import { z } from 'zod';

import type { Effect, Target } from '../../protocol/effect.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import type { NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import { isLocalHost } from '../engine/catalog/environment.ts';
import { hostOf } from '../engine/catalog/network.ts';
import { normalPath } from '../engine/measure-location.ts';
import { frame, type Origin } from './recorder.ts';

/**
 * INVARIANT: only what raises a score. What lowers one, such as the files a session made, is never taken from a place
 * that outlives the daemon: an agent of the same user may have written there.
 */
export const SessionNotes = z.object({
  secretsRead: z.array(z.string()),
  messaged: z.array(z.string()),
  fetched: z.array(z.string()),
  downloaded: z.array(z.string()),
  parked: z.array(z.string()).default([]),
});
export type SessionNotes = Readonly<Record<keyof z.infer<typeof SessionNotes>, readonly string[]>>;

export const NO_NOTES: SessionNotes = { secretsRead: [], messaged: [], fetched: [], downloaded: [], parked: [] };

/** The limits of the session fact. */
const MOST: Readonly<Record<keyof SessionNotes, number>> = {
  secretsRead: 64,
  messaged: 256,
  fetched: 64,
  downloaded: 256,
  parked: 256,
};

type Done = Pick<Assessment, 'effects' | 'operations'>;

export function notesOf({ effects, operations }: Done): SessionNotes {
  const fetching = effects.filter((effect) => effect.kind === 'net.fetch' && isFromOutside(effect));
  const named = effects.filter(({ kind, attributes }) => kind === 'file.write' && attributes.downloaded === true);
  const downloads =
    fetching.length === 0 ? [] : effects.filter((effect) => isLocalWrite(effect) && !isCheckout(effect, operations));
  return {
    secretsRead: namesOf(effects.filter(({ kind }) => kind === 'secret.read')),
    messaged: namesOf(effects.filter(({ kind }) => kind === 'message.send')),
    fetched: fetching.flatMap(({ targets }) => targets.map(hostIn)),
    downloaded: [...new Set([...named, ...downloads])].flatMap(({ targets, operation }) => {
      const cwd = operations[operation]?.cwd ?? '?';
      return targets.flatMap((target) => filesAt(target, cwd, fetching));
    }),
    parked: parkedBy(effects),
  };
}

/** Where the writes of a move landed that took work to where it may vanish. */
function parkedBy(effects: readonly Effect[]): readonly string[] {
  const away = new Set(effects.flatMap(({ kind, attributes, operation }) => (kind === 'file.move' && attributes.disposable === true ? [operation] : []))); // prettier-ignore
  const landed = effects.filter((effect) => isLocalWrite(effect) && away.has(effect.operation));
  return landed.flatMap(({ targets }) => targets.flatMap(({ kind, name, realPath, dynamic }) => (kind === 'path' && dynamic !== true && name.startsWith('/') ? [normalPath(realPath ?? name)] : []))); // prettier-ignore
}

/** Clients of repositories: whose content they bring is known, and what of it is a stranger's has been named. */
const CHECKOUTS = new Set(['git', 'gh', 'hub', 'glab', 'svn', 'hg', 'bzr', 'jj']);

function isCheckout({ operation, attributes }: Effect, operations: Done['operations']): boolean {
  return attributes.downloaded !== true && CHECKOUTS.has(operations[operation]?.program ?? '');
}

/** Places of what was downloaded and is run by this action: whoever let it run is not asked again. */
export function ranDownloads({ effects }: Pick<Done, 'effects'>): readonly string[] {
  return effects
    .filter(({ kind, attributes }) => kind === 'code.run' && attributes.downloaded === true)
    .flatMap(({ targets }) => targets.flatMap(({ kind, name }) => (kind === 'path' ? [name] : [])));
}

/** Of these, what is not known yet; `undefined` when there is nothing. */
export function newNotes(notes: SessionNotes, known: SessionNotes): SessionNotes | undefined {
  const added = mapped((key) => [...new Set(notes[key])].filter((name) => !known[key].includes(name)));
  return Object.values(added).every((names) => names.length === 0) ? undefined : added;
}

/** Newest first: when a list is full, the oldest is the one to lose, or to be known by its folder alone. */
export function joinNotes(newer: SessionNotes, older: SessionNotes): SessionNotes {
  return mapped((key) => {
    const all = [...new Set([...newer[key], ...older[key]])];
    const folderOf = FOLDERS[key];
    return folderOf === undefined ? all.slice(0, MOST[key]) : byFolders(all, MOST[key], folderOf);
  });
}

/** How a folder stands for what an older entry named; of other lists one entry is as good as all. */
const FOLDERS: Partial<Record<keyof SessionNotes, (path: string) => string>> = {
  downloaded: (path) => below(dirname(path.replace(/(?<=.)\/\*$/u, ''))),
  parked: dirname,
};

function below(folder: string): string {
  return folder === '/' ? '/*' : `${folder}/*`;
}

/** INVARIANT: no number of new entries makes an old one forgotten. */
function byFolders(all: readonly string[], most: number, folderOf: (path: string) => string): readonly string[] {
  if (all.length <= most) return all;
  const kept = all.slice(0, most / 2);
  let folders = new Set(all.slice(most / 2).map(folderOf));
  // Every step leaves a level of folders less, down to the root alone.
  while (folders.size > most / 2) folders = new Set([...folders].map(folderOf));
  return [...new Set([...kept, ...folders])];
}

export function learnedFrame(origin: Origin, notes: SessionNotes): NewTraceEvent {
  const { secretsRead, messaged, fetched, downloaded, parked } = notes;
  const counts = {
    secretsRead: secretsRead.length,
    messaged: messaged.length,
    fetched: fetched.length,
    downloaded: downloaded.length,
    parked: parked.length,
  };
  return frame(origin, { kind: 'session.learned', actorType: 'system', data: counts, payload: { notes } });
}

/** Newest first, as the frames are. INVARIANT: what was erased is forgotten by name and not as such. */
export function notesFrom(frames: readonly StoredFrame[]): SessionNotes {
  return frames.reduce((known, one) => joinNotes(known, notesIn(one)), NO_NOTES);
}

function notesIn({ event, payload }: StoredFrame): SessionNotes {
  const parsed = SessionNotes.safeParse(payload?.['notes']);
  return parsed.success ? parsed.data : mapped((key) => (Number(event.data[key] ?? 0) > 0 ? [ERASED] : []));
}

const ERASED = 'something whose name was erased';
const MADE_UP = 'an address made up while it ran';

function mapped(names: (key: keyof SessionNotes) => readonly string[]): SessionNotes {
  return {
    secretsRead: names('secretsRead'),
    messaged: names('messaged'),
    fetched: names('fetched'),
    downloaded: names('downloaded'),
    parked: names('parked'),
  };
}

function namesOf(effects: readonly Effect[]): string[] {
  return effects.flatMap(({ targets }) => targets.map(({ name }) => name));
}

function hostIn({ name, dynamic }: Target): string {
  return dynamic === true ? MADE_UP : hostOf(name).toLowerCase();
}

function isFromOutside({ targets }: Effect): boolean {
  return targets.length === 0 || targets.some((target) => target.dynamic === true || !isLocalHost(hostOf(target.name)));
}

function isLocalWrite({ kind, attributes }: Effect): boolean {
  return kind === 'file.write' && attributes.remote !== true;
}

/** A download that names no file takes the name that its address ends with. */
function filesAt({ kind, name, realPath, dynamic }: Target, cwd: string, fetching: readonly Effect[]): string[] {
  if (kind !== 'path' || dynamic === true || !name.startsWith('/')) return [];
  const folder = normalPath(name);
  if (folder !== normalPath(cwd)) return [normalPath(realPath ?? name)];
  const addresses = fetching.flatMap(({ targets }) => targets.map((target) => target.name));
  return addresses.flatMap((address) => {
    const last = /[^/]\/(?:[^?#]*\/)?([^/?#]+)(?:[?#].*)?$/u.exec(address.replace(/^[a-z]+:\/\//iu, ''))?.[1];
    return last === undefined ? [] : [normalPath(`${folder}/${last}`)];
  });
}

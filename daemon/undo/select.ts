/** What has to be saved of what an action would destroy: a bounded walk that follows no link. */
import type { BigIntStats } from 'node:fs';
import { opendir } from 'node:fs/promises';

import type { LossKind, NotRestorable } from '../../protocol/undo.ts';
import { CannotTell } from '../facts/git/cannot-tell.ts';
import type { RepoViews } from '../facts/git/repo-view.ts';
import { isAbsence, isWithin, physicalPathOf, realPathOf } from '../facts/paths.ts';
import type { Asking } from '../facts/tree/classify.ts';
import { changedBelow, keptElsewhere, type KeptElsewhere } from './kept-elsewhere.ts';
import { MAX_NAMED, sizeWords, type UndoLimits } from './limits.ts';
import { bytesOf, rawOf, textOf, type RawPath } from './raw-path.ts';
import { lstatOrAbsent, refusalOf } from './safe-open.ts';

/** What an action does to some paths; the question that was recorded when it was judged. */
export type Claim = { readonly how: LossKind; readonly paths: readonly string[] };

export type Item = {
  readonly path: RawPath;
  readonly how: LossKind;
  readonly kind: 'file' | 'folder' | 'symlink';
  readonly stats: BigIntStats;
};

export type Selection = {
  readonly items: Item[];
  readonly notRestorable: NotRestorable[];
  files: number;
  bytes: number;
  more: number;
  leftToGit: number;
  leftToBuild: number;
};

export type SelectContext = {
  readonly limits: Pick<UndoLimits, 'maxOperationBytes' | 'maxFiles'>;
  readonly repos: RepoViews;
  readonly hasTime: () => boolean;
  /** Countersign's own folder: what lies there is never copied into itself. */
  readonly home: string;
};

type Walk = SelectContext & {
  readonly selection: Selection;
  readonly seen: Set<RawPath>;
  stopped: boolean;
  /** Git is only started for what cannot be told without it. */
  asking: Asking;
};

/** Names that lead into the kernel rather than onto a disk. */
const KERNEL = /^\/(?:proc|sys|dev)(?:\/|$)/;
const MAX_DEPTH = 128;
/** Names in a folder that are looked at for each file that may be saved. */
const LISTED_PER_FILE = 10;

export async function select(claims: readonly Claim[], context: SelectContext): Promise<Selection> {
  const selection: Selection = { items: [], notRestorable: [], files: 0, bytes: 0, more: 0, leftToGit: 0, leftToBuild: 0 }; // prettier-ignore
  const walk: Walk = { ...context, selection, seen: new Set(), stopped: false, asking: 'files' };
  for (const { how, paths } of claims) {
    for (const path of paths) {
      try {
        await claimOnce(how, path, walk);
      } catch (error) {
        refuse(walk, path, refusalOf(error));
      }
    }
  }
  return selection;
}

async function claimOnce(how: LossKind, path: string, walk: Walk): Promise<void> {
  const { selection, seen, stopped } = walk;
  const before = { ...selection };
  const items = selection.items.length;
  const named = selection.notRestorable.length;
  try {
    walk.asking = 'files';
    await claim(how, path, walk);
  } catch (error) {
    if (!(error instanceof CannotTell)) throw error;
    for (const { path: taken } of selection.items.splice(items)) seen.delete(taken);
    selection.notRestorable.length = named;
    Object.assign(selection, before);
    Object.assign(walk, { stopped, asking: 'git' });
    await claim(how, path, walk);
  }
}

async function claim(how: LossKind, path: string, walk: Walk): Promise<void> {
  if (how === 'gone') return takeAway(await physicalPathOf(path), walk);
  const real = await realPathOf(path);
  const stats = await lstatOrAbsent(rawOf(real));
  if (stats === undefined) return;
  if (how === 'discarded') return discard(real, stats.isDirectory(), walk);
  if (stats.isDirectory()) return refuse(walk, real, 'which of its files are overwritten is not known beforehand');
  const kept = await keptElsewhere(real, false, undefined, walk);
  await take({ path: rawOf(real), how, stats }, kept, walk);
}

async function takeAway(physical: string, walk: Walk): Promise<void> {
  const path = rawOf(physical);
  const stats = await lstatOrAbsent(path);
  if (stats === undefined) return;
  const kept = await keptElsewhere(physical, stats.isDirectory(), physical, walk);
  await enter({ path, stats, going: physical, depth: 0 }, kept, walk);
}

async function discard(real: string, isFolder: boolean, walk: Walk): Promise<void> {
  const changed = await changedBelow(real, isFolder, walk.repos);
  for (const path of changed.filter((name) => isWithin(name, real))) {
    const stats = await lstatOrAbsent(rawOf(path));
    if (stats !== undefined && !stats.isDirectory()) add({ path: rawOf(path), how: 'discarded', stats }, walk);
  }
}

type Step = { readonly path: RawPath; readonly stats: BigIntStats; readonly going: string; readonly depth: number };

async function enter({ path, stats, going, depth }: Step, kept: KeptElsewhere, walk: Walk): Promise<void> {
  if (!stats.isDirectory()) return take({ path, how: 'gone', stats }, kept, walk);
  const text = textOf(path);
  if (isWithin(text, walk.home)) return refuse(walk, text, "it is Countersign's own");
  if (KERNEL.test(text)) return refuse(walk, text, 'it is not on a disk');
  if (await kept.isBuilt(text)) {
    walk.selection.leftToBuild += 1;
    return;
  }
  if (depth > MAX_DEPTH) return refuse(walk, text, 'its folders are too deep');
  const place = walk.selection.items.length;
  const names = await namesIn(path, walk);
  if (names === undefined) return;
  for (const name of names) {
    if (walk.stopped) return;
    const below = `${path === '/' ? '' : path}/${name}`;
    try {
      const found = await lstatOrAbsent(below);
      if (found === undefined) continue;
      const own = found.isDirectory() ? await ownKeeper(below, going, kept, walk) : kept;
      await enter({ path: below, stats: found, going, depth: depth + 1 }, own, walk);
    } catch (error) {
      // INVARIANT: what cannot be looked at hides nothing beside it.
      refuse(walk, textOf(below), refusalOf(error));
    }
  }
  // A folder of which git or a build brings back everything comes back with it.
  if (names.length === 0 || walk.selection.items.length > place) add({ path, how: 'gone', stats }, walk, place);
}

/** A repository within the one around it, and the folder that holds a repository's history, are their own. */
async function ownKeeper(path: RawPath, going: string, kept: KeptElsewhere, walk: Walk): Promise<KeptElsewhere> {
  const isHistory = path.endsWith('/.git');
  if (!isHistory && (await lstatOrAbsent(`${path}/.git`)) === undefined) return kept;
  return keptElsewhere(textOf(path), true, going, walk);
}

async function namesIn(path: RawPath, walk: Walk): Promise<string[] | undefined> {
  const names: string[] = [];
  try {
    for await (const { name } of await opendir(bytesOf(path), { encoding: 'latin1', bufferSize: 256 })) {
      names.push(name);
      if (names.length < walk.limits.maxFiles * LISTED_PER_FILE) continue;
      // What git or a build keeps is not saved but has to be looked at.
      stop(walk, textOf(path), `more than ${names.length} names in one folder`);
      return undefined;
    }
  } catch (error) {
    if (!isAbsence(error)) refuse(walk, textOf(path), refusalOf(error));
    return undefined;
  }
  return names.toSorted();
}

type Found = Pick<Item, 'path' | 'how' | 'stats'>;

async function take(found: Found, kept: KeptElsewhere, walk: Walk): Promise<void> {
  const keeper = await kept.keeperOf(textOf(found.path));
  if (keeper === 'git') walk.selection.leftToGit += 1;
  else if (keeper === 'build') walk.selection.leftToBuild += 1;
  else add(found, walk);
}

function add({ path, how, stats }: Found, walk: Walk, place = walk.selection.items.length): void {
  const { selection, limits, seen } = walk;
  if (seen.has(path)) return;
  const kind = stats.isFile() ? 'file' : stats.isSymbolicLink() ? 'symlink' : stats.isDirectory() ? 'folder' : undefined; // prettier-ignore
  const text = textOf(path);
  if (kind === undefined) return refuse(walk, text, 'it is a pipe, a socket or a device');
  if (KERNEL.test(text)) return refuse(walk, text, 'it is not on a disk');
  if (isWithin(text, walk.home)) return refuse(walk, text, "it is Countersign's own");
  if (selection.items.length >= limits.maxFiles)
    return stop(walk, text, `more than ${limits.maxFiles} files at a time`);
  if (!walk.hasTime()) return stop(walk, text, 'there was not enough time to look at all of it');
  const bytes = kind === 'file' ? Number(stats.size) : 0;
  if (selection.bytes + bytes > limits.maxOperationBytes) {
    return refuse(walk, text, `${sizeWords(bytes)} are too much: at most ${sizeWords(limits.maxOperationBytes)} at a time are saved`); // prettier-ignore
  }
  seen.add(path);
  selection.items.splice(place, 0, { path, how, kind, stats });
  selection.bytes += bytes;
  if (kind !== 'folder') selection.files += 1;
}

function stop(walk: Walk, path: string, reason: string): void {
  if (!walk.stopped) refuse(walk, path, reason);
  walk.stopped = true;
}

function refuse({ selection }: Pick<Walk, 'selection'>, path: string, reason: string): void {
  if (selection.notRestorable.length < MAX_NAMED) selection.notRestorable.push({ path: path.slice(0, 4_096), reason });
  else selection.more += 1;
}

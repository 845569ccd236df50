/** Saves what an action would destroy, or says what of it cannot be saved. */
import { readlink, rm } from 'node:fs/promises';

import type { NotRestorable, Restorable, SavedOperation } from '../../protocol/undo.ts';
import { copyOpenFile } from './copy.ts';
import { pathFields, type Entry } from './entries.ts';
import { readAttributes } from './file-properties.ts';
import { isAt, withFolderHeld } from './hold-folder.ts';
import { MAX_NAMED, takenBy, type UndoLimits } from './limits.ts';
import { bytesOf, textOf } from './raw-path.ts';
import { openFile, openFolder, Refusal, refusalOf } from './safe-open.ts';
import { select, type Claim, type Item, type SelectContext, type Selection } from './select.ts';
import { diskHasRoom, roomFor, takenBytes, type Room } from './room.ts';
import { blobIn, finish, listOperations, openUnfinished, removeOperation } from './trash.ts';

export type SaveContext = SelectContext & {
  readonly trash: string;
  readonly limits: UndoLimits;
  readonly now: number;
};

export type SaveOrder = {
  readonly trace: string;
  readonly at: number;
  readonly session: string;
  readonly summary: string;
  readonly claims: readonly Claim[];
  /** On disk before the answer. */
  readonly sync: boolean;
};

export type Saved = Restorable & {
  readonly leftToGit: number;
  readonly leftToBuild: number;
  /** Of the list of what was saved; empty when nothing had to be. */
  readonly digest: string;
};

/** Who asks what could be saved is no session yet; the part of a session is looked at when it saves. */
const NOBODYS = '';

const SWAPPED = 'something else took its place';

/** Each waits for the disk most of the time. */
const AT_A_TIME = 16;

/** What could be saved, by a look at names and sizes alone. */
export async function measure(claims: readonly Claim[], context: SaveContext): Promise<Restorable> {
  const selection = await select(claims, context);
  const room = await roomOf(selection, NOBODYS, context);
  if (room.kind === 'full') return nothing(selection, room.reason);
  const { files, bytes, notRestorable, more } = selection;
  return { files, bytes, notRestorable, more };
}

export async function save(order: SaveOrder, context: SaveContext): Promise<Saved> {
  const selection = await select(order.claims, context);
  const { leftToGit, leftToBuild } = selection;
  if (selection.items.length === 0) return { ...restorableOf(selection), leftToGit, leftToBuild, digest: '' };
  const room = await roomOf(selection, order.session, context);
  if (room.kind === 'full') return { ...nothing(selection, room.reason), leftToGit, leftToBuild, digest: '' };
  for (const { trace } of room.going) await removeOperation(context.trash, trace);
  return keep(order, selection, context);
}

async function keep(order: SaveOrder, selection: Selection, context: SaveContext): Promise<Saved> {
  const folder = await openUnfinished(context.trash);
  try {
    const entries: Entry[] = [];
    const refused: NotRestorable[] = [];
    for (let first = 0; first < selection.items.length; first += AT_A_TIME) {
      const some = selection.items.slice(first, first + AT_A_TIME);
      for (const kept of await Promise.all(
        some.map((item, index) => keepOne(item, folder, first + index, order.sync)),
      )) {
        if ('reason' in kept) refused.push(kept);
        else entries.push(kept);
      }
    }
    const about = aboutOf(order, selection, entries, refused);
    const digest = await finish(context.trash, folder, about, entries);
    const { files, bytes, notRestorable, more, leftToGit, leftToBuild } = about;
    return { files, bytes, notRestorable, more, leftToGit, leftToBuild, digest };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function keepOne(item: Item, folder: string, blob: number, sync: boolean): Promise<Entry | NotRestorable> {
  try {
    return await entryOf(item, folder, blob, sync);
  } catch (error) {
    // Half of a copy would take the room of another.
    await rm(blobIn(folder, blob), { force: true });
    return { path: textOf(item.path), reason: refusalOf(error) };
  }
}

async function entryOf({ path, how, kind, stats }: Item, folder: string, blob: number, sync: boolean): Promise<Entry> {
  const shared = {
    ...pathFields(path),
    how,
    mode: Number(stats.mode & 0o7777n),
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    mtimeNs: String(stats.mtimeNs),
  };
  if (kind === 'symlink') {
    const to = await withFolderHeld(path, (held) => readlink(bytesOf(held), { encoding: 'buffer' }));
    return { ...shared, kind, to: to.toString('base64') };
  }
  if (kind === 'folder') {
    const handle = await openFolder(path);
    try {
      if (!(await isAt(handle.fd, path))) throw new Refusal(SWAPPED);
      return { ...shared, kind, ...withAttributes(handle.fd) };
    } finally {
      await handle.close();
    }
  }
  const { handle, stats: opened } = await openFile(path);
  try {
    if (opened.ino !== stats.ino || opened.dev !== stats.dev || !(await isAt(handle.fd, path)))
      throw new Refusal(SWAPPED);
    // Its size was counted against what may be saved.
    if (opened.size !== stats.size) throw new Refusal('it changed while it was saved');
    const sizeBytes = Number(opened.size);
    const copied = await copyOpenFile(handle, blobIn(folder, blob), { sizeBytes, sync });
    const after = await handle.stat({ bigint: true });
    if (after.mtimeNs !== opened.mtimeNs || after.size !== opened.size)
      throw new Refusal('it changed while it was saved');
    return { ...shared, kind, blob, ...copied, ...withAttributes(handle.fd) };
  } finally {
    await handle.close();
  }
}

function withAttributes(fd: number): { attributes?: [string, string][] } {
  const attributes = readAttributes(fd).map(([name, value]): [string, string] => [name, value]);
  return attributes.length === 0 ? {} : { attributes };
}

function aboutOf(
  { trace, at, session, summary, claims }: SaveOrder,
  { notRestorable, more, leftToGit, leftToBuild }: Selection,
  entries: readonly Entry[],
  refused: readonly NotRestorable[],
): SavedOperation {
  const lost = [...notRestorable, ...refused];
  return {
    trace,
    at,
    session,
    summary,
    files: entries.filter(({ kind }) => kind !== 'folder').length,
    bytes: entries.reduce((sum, entry) => sum + (entry.kind === 'file' ? entry.sizeBytes : 0), 0),
    notRestorable: lost.slice(0, MAX_NAMED),
    more: more + Math.max(lost.length - MAX_NAMED, 0),
    leftToGit,
    leftToBuild,
    paths: claims.flatMap(({ paths }) => paths).slice(0, MAX_NAMED),
    takesBytes: entries.reduce((sum, entry) => sum + takenBy(entry.kind === 'file' ? entry.sizeBytes : 0), 0),
  };
}

async function roomOf({ items }: Selection, session: string, context: SaveContext): Promise<Room> {
  if (items.length === 0) return { kind: 'room', going: [] };
  const bytes = items.reduce((sum, { kind, stats }) => sum + takenBy(kind === 'file' ? Number(stats.size) : 0), 0);
  const room = roomFor({ bytes, session }, await listOperations(context.trash), context.limits, context.now);
  if (room.kind === 'full') return room;
  const hasRoom = await diskHasRoom(context.trash, bytes - takenBytes(room.going));
  return hasRoom ? room : { kind: 'full', reason: 'the disk is almost full' };
}

function restorableOf({ files, bytes, notRestorable, more }: Selection): Restorable {
  return { files, bytes, notRestorable, more };
}

/** Every file of it is lost for one and the same reason. */
function nothing({ items, notRestorable, more }: Selection, reason: string): Restorable {
  const all = [...notRestorable, ...items.map(({ path }) => ({ path: textOf(path), reason }))];
  return {
    files: 0,
    bytes: 0,
    notRestorable: all.slice(0, MAX_NAMED),
    more: more + Math.max(all.length - MAX_NAMED, 0),
  };
}

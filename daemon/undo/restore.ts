/** Brings back what was saved before one action: everything that can come, or nothing when newer work is in its place. */
import { mkdir, realpath, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { NotRestorable, UndoResponse } from '../../protocol/undo.ts';
import { hasContent, placeOf, type Place, type Placed, type Since } from './conflicts.ts';
import { pathOf, type Entry } from './entries.ts';
import { MAX_NAMED } from './limits.ts';
import { folderOf, withFolderHeld } from './hold-folder.ts';
import type { Put } from './placing.ts';
import { closeFolderAt, openFolderAt, putFile, putLink } from './put-back.ts';
import { bytesOf, rawOf, textOf, type RawPath } from './raw-path.ts';
import { lstatOrAbsent, Refusal, refusalOf } from './safe-open.ts';
import { save, type SaveContext } from './save.ts';
import { blobIn, readOperation } from './trash.ts';

export type RestoreOrder = {
  readonly trace: string;
  /** Of the list, as the trace knows it. */
  readonly digest: string;
  readonly endedAt?: number | undefined;
  readonly into?: string | undefined;
  readonly replace: boolean;
  /** The trace of the restoring itself: under it lies what is replaced. */
  readonly as: string;
};

export type Restored = UndoResponse & {
  /** Of the list of what was replaced; empty when nothing was. */
  readonly replacedDigest: string;
};

type Decided = Placed & { readonly place: Place };

export async function restore(order: RestoreOrder, context: SaveContext): Promise<Restored> {
  const { folder, about, entries } = await readOperation(context.trash, order.trace, order.digest);
  const since: Since = { savedAt: about.at, endedAt: order.endedAt };
  const decided: Decided[] = [];
  for (const placed of await placesFor(entries, order.into)) {
    decided.push({ ...placed, place: await placeOf(placed, since) });
  }
  const { leftToGit, leftToBuild, paths } = about;
  const common = { leftToGit, leftToBuild, paths, into: order.into ?? '', incomplete: [], replaced: '', replacedDigest: '', files: 0, bytes: 0 }; // prettier-ignore
  const newer = decided.flatMap(({ place }) => (standsInTheWay(place, order.replace) ? [place.why] : []));
  if (newer.length > 0) {
    return {
      ...common,
      restored: false,
      newer: newer.slice(0, MAX_NAMED),
      moreNewer: Math.max(newer.length - MAX_NAMED, 0),
    };
  }
  await verifyContents(entries, folder);
  const replacedDigest = await saveReplaced(order, decided, context);
  const incomplete = await putAll(decided, folder);
  const files = entries.filter(({ kind }) => kind !== 'folder').length;
  const replaced = replacedDigest === '' ? '' : order.as;
  return { ...common, restored: true, files, bytes: about.bytes, newer: [], moreNewer: 0, incomplete: incomplete.slice(0, MAX_NAMED), replaced, replacedDigest }; // prettier-ignore
}

function standsInTheWay(place: Place, replace: boolean): place is Extract<Place, { kind: 'newer' | 'blocked' }> {
  return place.kind === 'blocked' || (place.kind === 'newer' && !replace);
}

async function placesFor(entries: readonly Entry[], into: string | undefined): Promise<Placed[]> {
  if (into === undefined) return entries.map((entry) => ({ entry, to: pathOf(entry) }));
  await mkdir(into, { recursive: true });
  // Whoever names it may name it through a link; what is in it by then is another matter.
  const real = await realpath(into);
  const base = commonFolder(entries.map(pathOf));
  return entries.map((entry) => ({ entry, to: `${real === '/' ? '' : rawOf(real)}/${pathOf(entry).slice(base.length)}` })); // prettier-ignore
}

/** With its slash at the end. */
function commonFolder(paths: readonly RawPath[]): string {
  let folder = `${dirname(paths[0] ?? '/')}/`.replace('//', '/');
  while (!paths.every((path) => path.startsWith(folder))) folder = `${dirname(folder)}/`.replace('//', '/');
  return folder;
}

/** Before anything is touched: what turns out damaged half-way would leave half of it. */
async function verifyContents(entries: readonly Entry[], folder: string): Promise<void> {
  for (const entry of entries) {
    if (entry.kind !== 'file' || (await hasContent(rawOf(blobIn(folder, entry.blob)), entry))) continue;
    throw new Refusal(`nothing was restored: what was saved of \`${entry.path}\` was damaged since`);
  }
}

/** INVARIANT: an undo can be undone: what it replaces is saved first, or it replaces nothing. */
async function saveReplaced(order: RestoreOrder, decided: readonly Decided[], context: SaveContext): Promise<string> {
  const paths = decided
    .filter(({ place }) => place.kind === 'replace' || place.kind === 'newer')
    .map(({ to }) => textOf(to));
  if (paths.length === 0) return '';
  const saved = await save(
    {
      trace: order.as,
      at: context.now,
      session: 'control',
      summary: `undo of ${order.trace}`,
      claims: [{ how: 'overwritten', paths }],
      sync: true,
    },
    context,
  );
  const [lost] = saved.notRestorable;
  if (lost !== undefined) throw new Refusal(`what would be replaced cannot be saved: ${lost.path}: ${lost.reason}`);
  return saved.digest;
}

async function putAll(decided: readonly Decided[], folder: string): Promise<NotRestorable[]> {
  const made: Decided[] = [];
  const done: Put[] = [];
  const incomplete: NotRestorable[] = [];
  const tell = (to: RawPath, missing: readonly string[]): void =>
    void incomplete.push(...missing.map((what) => ({ path: textOf(to), reason: `${what} could not be put back` })));
  try {
    for (const one of decided) {
      const { entry, to, place } = one;
      if (place.kind === 'same') continue;
      await makeFolders(folderOf(to));
      if (entry.kind === 'folder') {
        // A folder above it may have been made for something else already.
        if ((await lstatOrAbsent(to)) === undefined) await openFolderAt(to);
        made.push(one);
        continue;
      }
      const seen = 'seen' in place ? place.seen : undefined;
      const put = await (entry.kind === 'symlink' ? putLink(entry, to, seen) : putFile(entry, blobIn(folder, entry.blob), to, seen)); // prettier-ignore
      done.push(put);
      tell(to, put.missing);
    }
  } catch (error) {
    throw new Refusal(`nothing was restored: ${refusalOf(error)}${await takenBack(done, made)}`, { cause: error });
  }
  for (const { settle } of done) await settle().catch(() => undefined);
  for (const { entry, to } of made.toReversed()) if (entry.kind === 'folder') tell(to, await closeFolderAt(entry, to));
  return incomplete;
}

/** What was free before is free again, and what was replaced is back; the trash still has all of it. */
async function takenBack(done: readonly Put[], made: readonly Decided[]): Promise<string> {
  const failed: string[] = [];
  for (const { takeBack } of done.toReversed())
    await takeBack().catch((error: unknown) => failed.push(refusalOf(error)));
  for (const { to } of made.toReversed())
    await withFolderHeld(to, (held) => rmdir(bytesOf(held))).catch(() => undefined);
  return failed.length === 0 ? '' : `; ${failed.length} could not be taken back: ${failed[0]}`;
}

async function makeFolders(folder: RawPath): Promise<void> {
  if ((await lstatOrAbsent(folder)) !== undefined) return;
  await makeFolders(folderOf(folder));
  await openFolderAt(folder);
}

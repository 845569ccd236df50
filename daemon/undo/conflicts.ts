/** What lies by now in the place of what is to come back, and whether somebody worked on it since. */
import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { dirname } from 'node:path';

import type { NotRestorable } from '../../protocol/undo.ts';
import { isAbsence } from '../facts/paths.ts';
import type { Entry } from './entries.ts';
import type { Seen } from './placing.ts';
import { bytesOf, textOf, type RawPath } from './raw-path.ts';
import { lstatOrAbsent, openFile } from './safe-open.ts';

/** An entry with the place it goes to. */
export type Placed = { readonly entry: Entry; readonly to: RawPath };

/** `same`: the content is there already. `replace`: what the action itself left is in its place. */
export type Place =
  | { readonly kind: 'free' | 'same' }
  | { readonly kind: 'replace'; readonly seen: Seen }
  | { readonly kind: 'newer'; readonly seen: Seen; readonly why: NotRestorable }
  | { readonly kind: 'blocked'; readonly why: NotRestorable };

/** How long after it was let go an action may still be writing; nobody tells when it ended. */
const GRACE_MS = 5_000;

export type Since = {
  readonly savedAt: number;
  /** When the action was reported to have ended. */
  readonly endedAt: number | undefined;
};

export async function placeOf({ entry, to }: Placed, since: Since): Promise<Place> {
  const parent = await parentProblem(to);
  if (parent !== undefined) return { kind: 'blocked', why: { path: textOf(to), reason: parent } };
  const there = await lstatOrAbsent(to);
  if (there === undefined) return { kind: 'free' };
  if (entry.kind === 'folder')
    return there.isDirectory() ? { kind: 'same' } : blocked(to, 'something that is no folder is in its place');
  if (there.isDirectory()) return blocked(to, 'a folder is in its place');
  if (entry.kind === 'file' && there.isFile() && (await hasContent(to, entry))) return { kind: 'same' };
  // What was taken away whole left nothing behind, so whatever is there came later.
  const changedMs = Number(there.ctimeMs);
  const until = (since.endedAt ?? since.savedAt) + GRACE_MS;
  if (entry.how !== 'gone' && changedMs <= until) return { kind: 'replace', seen: there };
  return {
    kind: 'newer',
    seen: there,
    why: { path: textOf(to), reason: `changed at ${new Date(changedMs).toISOString()}` },
  };
}

function blocked(to: RawPath, reason: string): Place {
  return { kind: 'blocked', why: { path: textOf(to), reason } };
}

/** INVARIANT: nothing is written through a link that was not there when it was saved. */
async function parentProblem(to: RawPath): Promise<string | undefined> {
  for (let folder = dirname(to); ; folder = dirname(folder)) {
    try {
      const real = await realpath(bytesOf(folder), { encoding: 'latin1' });
      return real === folder ? undefined : 'its folder is a link to elsewhere by now';
    } catch (error) {
      if (!isAbsence(error) || folder === '/') return 'its folder cannot be looked at';
      if ((await lstatOrAbsent(folder)) !== undefined) return 'its folder is a link to nowhere, or a file, by now';
    }
  }
}

export async function hasContent(
  path: RawPath,
  { sizeBytes, digest }: Extract<Entry, { kind: 'file' }>,
): Promise<boolean> {
  const { handle, stats } = await openFile(path);
  try {
    if (Number(stats.size) !== sizeBytes) return false;
    const hash = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false, end: Math.max(sizeBytes - 1, 0) })) hash.update(chunk as Buffer); // prettier-ignore
    return hash.digest('hex') === digest;
  } finally {
    await handle.close();
  }
}

/** The list of what was saved before one action, as it lies beside the contents. */
import { createHash } from 'node:crypto';

import { z } from 'zod';

import { LossKind } from '../../protocol/undo.ts';
import { isText, rawOf, textOf, type RawPath } from './raw-path.ts';

const Attribute = z.tuple([z.string(), z.base64()]);

const shared = {
  path: z.string().describe('absolute, without symlinks on the way; base64 of its bytes when `raw`'),
  raw: z.literal(true).optional(),
  how: LossKind,
  mode: z.int().nonnegative(),
  uid: z.int(),
  gid: z.int(),
  mtimeNs: z.string().regex(/^-?\d+$/),
};

export const Entry = z.discriminatedUnion('kind', [
  z.strictObject({
    ...shared,
    kind: z.literal('file'),
    blob: z.int().nonnegative(),
    sizeBytes: z.int().nonnegative(),
    digest: z.string(),
    attributes: z.array(Attribute).optional(),
  }),
  z.strictObject({ ...shared, kind: z.literal('folder'), attributes: z.array(Attribute).optional() }),
  z.strictObject({ ...shared, kind: z.literal('symlink'), to: z.base64() }),
]);
export type Entry = z.infer<typeof Entry>;

export const Entries = z.strictObject({ version: z.literal(1), entries: z.array(Entry) });
export type EntryList = { readonly version: 1; readonly entries: readonly Entry[] };

/** INVARIANT: this digest is in the trace, so whoever edits the list cannot choose what is put where. */
export function entriesDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function pathFields(path: RawPath): { path: string; raw?: true } {
  return isText(path) ? { path: textOf(path) } : { path: Buffer.from(path, 'latin1').toString('base64'), raw: true };
}

export function pathOf({ path, raw }: Pick<Entry, 'path' | 'raw'>): RawPath {
  return raw === true ? Buffer.from(path, 'base64').toString('latin1') : rawOf(path);
}

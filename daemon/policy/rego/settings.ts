/** Where a Rego policy lies, and the digest that names it in every decision. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';

import type { RegoSettings } from '../../../protocol/config.ts';
import { followFiles } from '../../config/followed-files.ts';
import { readSmallBytes, refuseForeign } from '../../config/small-file.ts';
import type { RegoSource } from '../../engine/policy.ts';

export type RegoPlace =
  { readonly kind: 'bundle'; readonly file: string } | { readonly kind: 'server'; readonly url: string };

/** A bundle of thousands of rules has a fraction of that. */
const MAX_BUNDLE_BYTES = 16 * 1024 * 1024;

/** `undefined` without a Rego policy. A bundle lies among the policies, where no agent may write. */
export function placeOf({ bundle, url }: RegoSettings, folder: string): RegoPlace | undefined {
  if (bundle !== null) return { kind: 'bundle', file: join(folder, bundle) };
  return url === null ? undefined : { kind: 'server', url };
}

/** Where bundles are taken from. */
export type BundleShelf = {
  /** Tells whether the bundle changed since it was last asked. */
  follow(file: string): () => boolean;
  /** Throws in words for a person. */
  read(file: string): Buffer;
};

export const FOLDER_SHELF: BundleShelf = { follow: (file) => followFiles(() => [file]), read: readBundle };

/** Throws in words for a person. */
export function readBundle(file: string): Buffer {
  const bytes = readSmallBytes(file, MAX_BUNDLE_BYTES, refuseForeign);
  if (bytes === undefined) throw new Error('there is no such file');
  return bytes;
}

/** INVARIANT: another bundle, server, path or way to fail is another policy. `bundle`: what is known of it, if anything. */
export function sourceOf(settings: RegoSettings, place: RegoPlace, bundle?: Buffer): RegoSource {
  const { path, onFailure } = settings;
  const content = bundle === undefined ? 'unread' : sha256(bundle);
  const what = place.kind === 'server' ? ['server', place.url] : ['bundle', content];
  return { digest: sha256(JSON.stringify(['countersign rego v1', ...what, path, onFailure])), onFailure };
}

export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Puts the accepted files back in the place of an edit that waits; the edit is kept aside, never deleted. */
import { lstatSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { CountersignError } from '../../protocol/errors.ts';
import { writePrivate } from '../identity/private-file.ts';
import { usable } from '../identity/private-folder.ts';
import type { SourcePlaces, Sources } from './sources.ts';

type File = { readonly path: string; readonly content: Buffer | undefined };

/** Returns the folder that the edit is kept in. `aside` is not there yet. */
export function putBack(places: SourcePlaces, accepted: Sources, proposed: Sources, aside: string): string {
  // INVARIANT: nothing is moved or written behind a link that somebody put there.
  for (const folder of [places.policies, dirname(places.config)]) {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new CountersignError('conflict', `\`${folder}\` is no folder of its own, so put the files back by hand`);
    }
  }
  const [before, now] = [filesOf(places, accepted), filesOf(places, proposed)];
  const differing = now.filter(({ path, content }) => !same(content, contentOf(before, path)));
  usable(aside, () => mkdirSync(aside, { recursive: true, mode: 0o700 }));
  for (const { path, content } of differing) {
    if (content !== undefined) usable(aside, () => writeFileSync(join(aside, basename(path)), content, { mode: 0o600, flag: 'wx' })); // prettier-ignore
  }
  for (const { path, content } of before) if (!same(content, contentOf(now, path))) replace(path, content);
  for (const { path } of now) if (!before.some((one) => one.path === path)) usable(path, () => rmSync(path, { force: true })); // prettier-ignore
  return aside;
}

/** `content` is absent for a file that is not to be there. Files of an administrator are left to them. */
function filesOf({ config, policies }: SourcePlaces, sources: Sources): readonly File[] {
  const { bundle } = sources;
  return [
    { path: config, content: sources.config === null ? undefined : Buffer.from(sources.config) },
    ...sources.policies
      .filter(({ layer }) => layer === 'user')
      .map(({ file, text }) => ({ path: file, content: Buffer.from(text) })),
    ...(bundle === null ? [] : [{ path: join(policies, bundle.file), content: Buffer.from(bundle.base64, 'base64') }]),
  ];
}

function contentOf(files: readonly File[], path: string): Buffer | undefined {
  return files.find((one) => one.path === path)?.content;
}

function same(one: Buffer | undefined, other: Buffer | undefined): boolean {
  return one === undefined || other === undefined ? one === other : one.equals(other);
}

/** A link is replaced by the file; what it leads to is left alone. */
function replace(path: string, content: Buffer | undefined): void {
  if (content === undefined) usable(path, () => rmSync(path, { force: true }));
  else writePrivate(path, content);
}

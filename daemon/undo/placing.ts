/** Moves what is complete into its place, and can take it back as long as the rest may fail. */
import { randomBytes } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';

import { folderOf, nameOf, withFolderHeld } from './hold-folder.ts';
import { bytesOf, type RawPath } from './raw-path.ts';
import { lstatOrAbsent, Refusal } from './safe-open.ts';

const TAKEN = 'something took its place meanwhile';

/** What lay in a place when it was decided that it may be replaced. */
export type Seen = { readonly ino: bigint; readonly ctimeNs: bigint };

export type Put = {
  /** What of its properties could not be put back. */
  readonly missing: readonly string[];
  /** Brings back what was there before. */
  readonly takeBack: () => Promise<void>;
  /** Gives that up. */
  readonly settle: () => Promise<void>;
};

/** In the same folder, so that moving it is one step. */
export function besides(path: RawPath): RawPath {
  const folder = folderOf(path);
  return `${folder === '/' ? '' : folder}/.countersign-undo-${randomBytes(6).toString('hex')}`;
}

/**
 * INVARIANT: nothing gives way but what was seen, which was saved. Both paths are in a folder that is held.
 * @returns the name under which what was there lies aside, if anything was.
 */
export async function moveInto(temporary: RawPath, to: RawPath, seen: Seen | undefined): Promise<RawPath | undefined> {
  if (seen === undefined) {
    await takeFree(temporary, to);
    return undefined;
  }
  const there = await lstatOrAbsent(to);
  if (there?.ino !== seen.ino || there.ctimeNs !== seen.ctimeNs) throw new Refusal('it changed while it was put back');
  const aside = besides(to);
  await rename(bytesOf(to), bytesOf(aside));
  try {
    await takeFree(temporary, to);
  } catch (error) {
    await rename(bytesOf(aside), bytesOf(to));
    throw error;
  }
  return nameOf(aside);
}

/** Where a file system knows no second names. */
const NO_LINKS = new Set(['EPERM', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK']);

async function takeFree(temporary: RawPath, to: RawPath): Promise<void> {
  try {
    await link(bytesOf(temporary), bytesOf(to));
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && NO_LINKS.has(String(error.code)))) throw error;
    if ((await lstatOrAbsent(to)) !== undefined) throw new Refusal(TAKEN, { cause: error });
    await rename(bytesOf(temporary), bytesOf(to));
  }
}

/** @param path unheld: by then its folder may lie elsewhere, and nothing is touched. */
export function putAt(path: RawPath, ino: bigint, aside: RawPath | undefined, missing: readonly string[]): Put {
  return {
    missing,
    takeBack: () =>
      withFolderHeld(path, async (held) => {
        const there = await lstatOrAbsent(held);
        if (there !== undefined && there.ino !== ino) throw new Refusal(TAKEN);
        await rm(bytesOf(held), { force: true });
        if (aside !== undefined) await rename(bytesOf(`${folderOf(held)}/${aside}`), bytesOf(held));
      }),
    settle: () =>
      aside === undefined
        ? Promise.resolve()
        : withFolderHeld(path, (held) => rm(bytesOf(`${folderOf(held)}/${aside}`), { force: true })),
  };
}

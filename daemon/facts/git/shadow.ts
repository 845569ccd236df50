/** A git folder of our own for a repository, made when git is first started for it: most looks need none. */
import { constants, readdirSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isOnOwnDisk } from '../mounts.ts';
import { lstatOrAbsent } from '../paths.ts';
import type { FoundRepo } from './find-repo.ts';
import { lastValue, type GitConfig } from './git-config.ts';

/** Half a million files; without it git says that it is missing, and what it holds is unknown. */
const MAX_SHARED_INDEX_BYTES = 67_108_864;

export type Shadow = {
  path(): Promise<string>;
  /** Undefined while nobody asked for it. */
  made(): Promise<string> | undefined;
};

/** What is linked and written into it. */
export type ShadowParts = {
  readonly repo: FoundRepo;
  readonly config: GitConfig;
  readonly head: string;
  /** The larger halves of a split index. */
  readonly shared: readonly string[];
};

/** @param folder where it is made. */
export function createShadow(parts: ShadowParts, folder: () => Promise<string>): Shadow {
  let made: Promise<string> | undefined;
  const make = async (): Promise<string> => {
    const shadow = await mkdtemp(join(await folder(), 'git-'));
    await buildShadow(shadow, parts);
    return shadow;
  };
  return {
    made: () => made,
    path() {
      if (made !== undefined) return made;
      const making = make();
      made = making;
      // A disk that was full then may have room the next time.
      making.catch(() => (made = made === making ? undefined : made));
      return making;
    },
  };
}

async function buildShadow(shadow: string, { repo, config, head, shared }: ShadowParts): Promise<void> {
  const { gitDir, commonDir } = repo;
  const objectFormat = lastValue(config, 'extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1';
  await Promise.all([mkdir(join(shadow, 'info')), mkdir(join(shadow, 'logs'))]);
  await Promise.all([
    writeFile(
      join(shadow, 'config'),
      `[core]\nrepositoryformatversion = 1\n[extensions]\nobjectformat = ${objectFormat}\n`,
    ),
    writeFile(join(shadow, 'HEAD'), `${head}\n`),
    ...['refs', 'packed-refs', 'shallow', 'info/exclude', 'info/attributes', 'logs/refs'].map((name) =>
      symlink(join(commonDir, name), join(shadow, name)),
    ),
    ...['logs/HEAD', 'ORIG_HEAD', 'FETCH_HEAD', 'MERGE_HEAD'].map((name) =>
      symlink(join(gitDir, name), join(shadow, name)),
    ),
    ...shared.map((name) => copyShared(join(gitDir, name), join(shadow, name))),
  ]);
}

/** INVARIANT: a copy. Git marks the one it reads as used, which would change the time of the repository's own. */
async function copyShared(from: string, to: string): Promise<void> {
  const stats = await lstatOrAbsent(from);
  if (stats?.isFile() === true && stats.size <= MAX_SHARED_INDEX_BYTES)
    await copyFile(from, to, constants.COPYFILE_FICLONE);
}

/** A split index refers to its larger half by name. */
export async function sharedIndexes(gitDir: string): Promise<string[]> {
  const names = isOnOwnDisk(gitDir) ? readdirSync(gitDir) : await readdir(gitDir);
  return names.filter((name) => name.startsWith('sharedindex.'));
}

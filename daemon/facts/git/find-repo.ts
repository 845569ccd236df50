/** The git repository around a path, found without running git. */
import { dirname, join, resolve } from 'node:path';
import { LookFailure } from '../look-context.ts';
import { lstatOrAbsent, realPathOf, statOrAbsent } from '../paths.ts';
import { readSafely } from '../safe-file.ts';

export type FoundRepo = {
  readonly root: string;
  /** Where this work tree keeps HEAD and the index. */
  readonly gitDir: string;
  /** Where objects, refs and configuration are; the same but for linked work trees. */
  readonly commonDir: string;
};

/** Pointers such as `gitdir: …` hold one path. */
const MAX_POINTER_BYTES = 8_192;

/** @param path physical; the search starts at the path itself when it is a folder. */
export async function findRepo(path: string): Promise<FoundRepo | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const found = await repoAt(folder);
    if (found !== undefined || folder === '/') return found;
  }
}

/** The repository whose work tree has this folder as its root. */
export async function repoAt(root: string): Promise<FoundRepo | undefined> {
  const dotGit = join(root, '.git');
  const stats = await statOrAbsent(dotGit);
  if (stats === undefined) return undefined;
  const gitDir = stats.isDirectory() ? await realPathOf(dotGit) : await pointedFolder(await realPathOf(dotGit), root);
  if (gitDir === undefined || (await lstatOrAbsent(join(gitDir, 'HEAD'))) === undefined) return undefined;
  const common = await readPointer(join(gitDir, 'commondir'));
  return { root, gitDir, commonDir: common === undefined ? gitDir : await realPathOf(resolve(gitDir, common)) };
}

async function pointedFolder(file: string, root: string): Promise<string | undefined> {
  const target = /^gitdir: (.+)$/su.exec((await readPointer(file)) ?? '')?.[1];
  return target === undefined ? undefined : realPathOf(resolve(root, target));
}

/** The text of a one-line file; `undefined` when there is none. */
export async function readPointer(path: string): Promise<string | undefined> {
  const read = await readSafely(path, MAX_POINTER_BYTES);
  if (read.kind === 'too-large') throw new LookFailure('a file of the repository is too large');
  return read.kind === 'missing' ? undefined : read.bytes.toString('utf8').trimEnd();
}

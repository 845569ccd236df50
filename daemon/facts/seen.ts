/** What the questions of one look would find out alike, found out once: many paths lie in few folders. */
import { basename, dirname, join, resolve } from 'node:path';
import { repoAt, type FoundRepo } from './git/find-repo.ts';
import { physicalPathOf, realPathOf } from './paths.ts';
import { evidenceIn, type Evidence } from './tree/evidence.ts';

export type Seen = {
  /** As `physicalPathOf`. */
  physicalPath(path: string): Promise<string>;
  /** @param folder physical; the search starts there. */
  repoAround(folder: string): Promise<FoundRepo | undefined>;
  /** What the names in a folder prove of everything in it. */
  evidenceIn(folder: string): Promise<Evidence | undefined>;
};

export function newlySeen(): Seen {
  const realPath = once(realPathOf);
  const repoAround: Seen['repoAround'] = once(async (folder) => {
    const found = await repoAt(folder);
    return found !== undefined || folder === '/' ? found : repoAround(dirname(folder));
  });
  return {
    async physicalPath(path) {
      const absolute = resolve('/', path);
      if (absolute === '/' || path.endsWith('/')) return physicalPathOf(path);
      return join(await realPath(dirname(absolute)), basename(absolute));
    },
    repoAround,
    evidenceIn: once(evidenceIn),
  };
}

function once<T>(find: (path: string) => Promise<T>): (path: string) => Promise<T> {
  const found = new Map<string, Promise<T>>();
  return (path) => {
    const known = found.get(path) ?? find(path);
    found.set(path, known);
    return known;
  };
}

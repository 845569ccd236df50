/** Private copies of what was accepted, by its digest: a copy that is not what its name says is none. */
import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { readJson, writePrivate } from '../identity/private-file.ts';
import { digestOf, Sources } from './sources.ts';

export type Copies = {
  /** Throws when it cannot be written. */
  write(sources: Sources): void;
  /** Verified; `undefined` when there is none. */
  read(digest: string): Sources | undefined;
  /** Whether anything was ever accepted here. */
  any(): boolean;
  /** All but those of these digests. */
  prune(digests: readonly string[]): void;
};

export function openCopies(folder: string): Copies {
  const fileOf = (digest: string): string => join(folder, `${digest}.json`);
  const read = (digest: string): Sources | undefined => {
    try {
      const parsed = Sources.safeParse(readJson(fileOf(digest)));
      return parsed.success && digestOf({ sources: parsed.data, faults: {} }) === digest ? parsed.data : undefined;
    } catch {
      // Whatever is wrong with it, it is no copy.
      return undefined;
    }
  };
  return {
    write(sources) {
      const digest = digestOf({ sources, faults: {} });
      if (read(digest) !== undefined) return;
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writePrivate(fileOf(digest), JSON.stringify(sources));
    },
    read,
    any: () => namesIn(folder).length > 0,
    prune(digests) {
      const kept = new Set(digests.map((digest) => `${digest}.json`));
      for (const name of namesIn(folder)) if (!kept.has(name)) remove(join(folder, name));
    },
  };
}

function remove(path: string): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // A disk that cannot be written: one copy too many proves nothing.
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // Nothing was kept yet.
    return [];
  }
}

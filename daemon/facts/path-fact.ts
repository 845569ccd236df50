/** What one path is. */
import type { Stats } from 'node:fs';
import { resolve } from 'node:path';
import type { PathFact } from '../../protocol/facts.ts';
import { findRepo } from './git/find-repo.ts';
import { locationOf } from './location.ts';
import type { LookContext } from './look-context.ts';
import { lstatOrAbsent, physicalPathOf, realPathOf } from './paths.ts';
import { readSafely, sha256Hex } from './safe-file.ts';

/** Executables and scripts that an approval is bound to; larger ones are shown as unbound. */
const MAX_DIGEST_BYTES = 1_048_576;

export async function lookAtPath(path: string, context: LookContext): Promise<PathFact> {
  const [physical, realPath] = await Promise.all([physicalPathOf(path), realPathOf(resolve('/', path))]);
  const [stats, location] = await Promise.all([lstatOrAbsent(physical), placeOf(physical, realPath, context)]);
  const digest = stats?.isFile() === true ? await digestOf(physical) : undefined;
  return {
    kind: 'path',
    type: typeOf(stats),
    realPath,
    location,
    // The size of a folder says nothing of its content and changes with every file in it.
    sizeBytes: stats === undefined || stats.isDirectory() ? 0 : stats.size,
    ownedBySelf: stats === undefined || stats.uid === process.getuid?.(),
    ...(stats === undefined ? {} : { identity: `${stats.dev}:${stats.ino}` }),
    ...(digest === undefined ? {} : { digest }),
  };
}

function typeOf(stats: Stats | undefined): PathFact['type'] {
  if (stats === undefined) return 'missing';
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'other';
}

/** Writing through a link lands where it points, but a link of ours is ours wherever it points. */
async function placeOf(physical: string, realPath: string, context: LookContext): Promise<PathFact['location']> {
  const link = locationOf({ path: physical, repoRoot: undefined, whole: false }, context.places);
  if (link === 'guard') return link;
  const repo = await findRepo(realPath);
  return locationOf({ path: realPath, repoRoot: repo?.root, whole: false }, context.places);
}

async function digestOf(path: string): Promise<string | undefined> {
  const read = await readSafely(path, MAX_DIGEST_BYTES);
  return read.kind === 'read' ? sha256Hex(read.bytes) : undefined;
}

/** What a shell glob matches. */
import { lstat, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MAX_GLOB_MATCHES as MAX_MATCHES, type GlobFact } from '../../protocol/facts.ts';
import { isLiteral, segmentMatcher } from './glob-pattern.ts';
import { listFolder } from './list-folder.ts';
import { isAbsence, physicalPathOf } from './paths.ts';

/** Entries looked at in all, so that `**` over a home folder ends. */
const MAX_ENTRIES = 20_000;
const MAX_DEPTH = 64;

type Expansion = {
  readonly matches: Set<string>;
  /** Folders whose way has been looked at. */
  readonly resolved: Map<string, Promise<string>>;
  readonly onlyFolders: boolean;
  entries: number;
  complete: boolean;
};

export async function lookAtGlob(cwd: string, pattern: string): Promise<GlobFact> {
  const segments = pattern.split('/').filter((segment) => segment !== '' && segment !== '.');
  const found: Expansion = { matches: new Set(), resolved: new Map(), onlyFolders: pattern.endsWith('/'), entries: 0, complete: true }; // prettier-ignore
  await expand(pattern.startsWith('/') ? '/' : cwd, segments, found, 0);
  return { kind: 'glob', matches: [...found.matches].toSorted(), complete: found.complete };
}

async function expand(folder: string, segments: readonly string[], found: Expansion, depth: number): Promise<void> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return add(folder, found);
  if (!hasRoom(found, depth)) return;
  if (segment === '**') return expandDeep(folder, rest, found, depth);
  if (isLiteral(segment)) return expand(join(folder, segment), rest, found, depth + 1);
  const matches = segmentMatcher(segment);
  for (const { name } of await entriesOf(folder, found)) {
    if (matches(name)) await expand(join(folder, name), rest, found, depth + 1);
  }
}

/** Any number of folders, none included. Symlinked ones are matched but not entered: they may form a circle. */
async function expandDeep(folder: string, rest: readonly string[], found: Expansion, depth: number): Promise<void> {
  if (!hasRoom(found, depth)) return;
  await expand(folder, rest.length === 0 ? ['*'] : rest, found, depth);
  for (const entry of await entriesOf(folder, found)) {
    if (entry.isDirectory() && !entry.name.startsWith('.'))
      await expandDeep(join(folder, entry.name), rest, found, depth + 1);
  }
}

function hasRoom(found: Expansion, depth: number): boolean {
  if (found.matches.size < MAX_MATCHES && found.entries < MAX_ENTRIES && depth < MAX_DEPTH) return true;
  found.complete = false;
  return false;
}

async function add(path: string, found: Expansion): Promise<void> {
  if (found.matches.has(path)) return;
  await resolveFolder(dirname(path), found);
  try {
    const stats = found.onlyFolders ? await stat(path) : await lstat(path);
    if (found.onlyFolders && !stats.isDirectory()) return;
  } catch (error) {
    if (isAbsence(error)) return;
    throw error;
  }
  if (found.matches.size < MAX_MATCHES) found.matches.add(path);
  else found.complete = false;
}

/** Fails where a link leads to what each process sees differently, even if there is nothing from here. */
async function resolveFolder(folder: string, { resolved }: Expansion): Promise<void> {
  const real = resolved.get(folder) ?? physicalPathOf(`${folder}/`);
  resolved.set(folder, real);
  await real;
}

async function entriesOf(folder: string, found: Expansion) {
  await resolveFolder(folder, found);
  try {
    const { entries, complete } = await listFolder(folder);
    found.entries += entries.length;
    if (!complete || entries.some(({ name }) => name.includes('\uFFFD'))) found.complete = false;
    return entries;
  } catch (error) {
    if (!isAbsence(error)) found.complete = false;
    return [];
  }
}

/** Folders that prove by what is in them that a tool made them and makes them again. */
import type { Stats } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isWithin, lstatOrAbsent } from '../paths.ts';
import { readSafely } from '../safe-file.ts';
import { INSTALLED_LIST, installedByNpm } from './node-packages.ts';

/** `packages`: other people's files, whatever they are called. `output`: keys and databases in it stay precious. */
export type Remade = 'packages' | 'output';

/** What is true of a folder and of everything below it. */
export type Evidence = {
  readonly remade: Remade;
  /** What is true of an entry of the folder itself; absent when the same is true of all. */
  readonly parts?: (name: string) => Evidence | undefined;
  /** What was changed later, or came there later, is not what the tool made. */
  readonly untilMs?: number;
  readonly onlyLinks?: boolean;
};

/** What `venv` and `virtualenv` make. Anything else in such a folder was put there by somebody. */
const VENV_PARTS = /^(?:bin|Scripts|lib|lib64|Lib|include|Include|pyvenv\.cfg|\.gitignore|\.lock|CACHEDIR\.TAG)$/u;
/** Both files hold a few lines. */
const MAX_PROOF_BYTES = 4_096;
/** https://bford.info/cachedir/ */
const CACHE_TAG = 'Signature: 8a477f597d28d172789f06886806bc55';
/** INVARIANT: a tag alone proves nothing, for anybody can write one into a folder of work. */
const TAGGED = /^(?:\.(?:pytest|mypy|ruff)_cache|\.tox|\.nox|\.hypothesis|target)$/u;

const BYTECODE_FOLDER = '__pycache__';
const VENV = onlyNamed('packages', VENV_PARTS);
const BYTECODE = onlyNamed('output', /^[^/]+\.[a-z]+-?\d+[^/]*\.pyc$/u);
const CACHE: Evidence = { remade: 'output' };

function onlyNamed(remade: Remade, names: RegExp): Evidence {
  return { remade, parts: (name) => (names.test(name) ? { remade } : undefined) };
}

/** @param names of the entries of the folder, which is a physical path. */
export async function evidenceOf(folder: string, names: ReadonlySet<string>): Promise<Evidence | undefined> {
  if (basename(folder) === BYTECODE_FOLDER) return BYTECODE;
  if (basename(folder) === 'node_modules' && names.has(INSTALLED_LIST)) return installedByNpm(folder);
  if (names.has('pyvenv.cfg') && (await isVenv(folder, names))) return VENV;
  return names.has('CACHEDIR.TAG') && (await isTagged(folder)) ? CACHE : undefined;
}

async function isVenv(folder: string, names: ReadonlySet<string>): Promise<boolean> {
  if (!names.has('bin') && !names.has('Scripts')) return false;
  return /^home\s*=/mu.test(await smallText(join(folder, 'pyvenv.cfg')));
}

async function isTagged(folder: string): Promise<boolean> {
  return TAGGED.test(basename(folder)) && (await smallText(join(folder, 'CACHEDIR.TAG'))).startsWith(CACHE_TAG);
}

/** Folders of a home whose content tools fetch or make again by themselves. */
const HOME_CACHES = ['.cache', 'Library/Caches', '.npm/_cacache', '.npm/_npx', '.npm/_logs', '.yarn/cache', '.yarn/berry/cache', '.bun/install/cache', '.pnpm-store', '.local/share/pnpm/store', '.cargo/registry/cache', '.cargo/registry/src', '.cargo/git/checkouts', '.gradle/caches', '.pyenv/shims', '.rbenv/shims', '.nodenv/shims', '.nvm/.cache', '.node-gyp', '.electron-gyp', '.ccache', '.sccache', '.cpan/build', '.gem/specs', '.bundle/cache', '.composer/cache', '.nuget/v3-cache']; // prettier-ignore

/**
 * What is known of a path before anything below it is listed: from where it lies, and from the folders above it up to the
 * home or the disk.
 */
export async function evidenceAbove(path: string, { places, seen }: Above): Promise<Evidence | undefined> {
  const homes = places.home;
  if (homes.some((home) => isWithin(path, home) && HOME_CACHES.some((cache) => isWithin(path, join(home, cache))))) return CACHE; // prettier-ignore
  const between: string[] = [];
  for (let at = path, levels = 0; levels < MAX_LEVELS; levels++) {
    const folder = dirname(at);
    if (folder === at || homes.includes(folder)) return undefined;
    between.unshift(at);
    const evidence = await seen.evidenceIn(folder);
    if (evidence !== undefined) return alongOf(evidence, between);
    at = folder;
  }
  return undefined;
}

/** @param paths each in the one before it, the first in the folder that has the evidence. */
async function alongOf(evidence: Evidence, paths: readonly string[]): Promise<Evidence | undefined> {
  let left: Evidence | undefined = evidence;
  for (const path of paths) {
    left = partOf(left, basename(path));
    const stats = left?.untilMs === undefined ? undefined : await lstatOrAbsent(path);
    if (stats !== undefined) left = standing(left, stats);
    if (left === undefined) return undefined;
  }
  return left;
}

type Above = {
  readonly places: { readonly home: readonly string[] };
  readonly seen: { readonly evidenceIn: typeof evidenceIn };
};

export async function evidenceIn(folder: string): Promise<Evidence | undefined> {
  // Byte code is known by the name of its folder alone.
  return evidenceOf(folder, basename(folder) === BYTECODE_FOLDER ? new Set() : await provingNames(folder));
}

/** What holds for an entry of a folder with this evidence. */
export function partOf(evidence: Evidence, name: string): Evidence | undefined {
  return evidence.parts === undefined ? evidence : evidence.parts(name);
}

/** What is left of it for a file or a folder that was looked at. */
export function standing(evidence: Evidence | undefined, stats: Stats): Evidence | undefined {
  if (evidence?.onlyLinks === true && !stats.isSymbolicLink()) return undefined;
  return evidence?.untilMs !== undefined && stats.ctimeMs > evidence.untilMs ? undefined : evidence;
}

/** Whether nothing below has to be looked at to know that all of it comes back. */
export function isWholly(evidence: Evidence | undefined): boolean {
  return evidence?.remade === 'packages' && evidence.untilMs === undefined;
}

/** Packages lie some levels below their environment; deeper ones count as they are. */
const MAX_LEVELS = 8;

/** Only names that could prove something where they are. */
async function provingNames(folder: string): Promise<ReadonlySet<string>> {
  const place = basename(folder);
  const wanted = place === 'node_modules' ? [INSTALLED_LIST] : TAGGED.test(place) ? ['CACHEDIR.TAG'] : [];
  const first = await thereOf(folder, [...wanted, 'pyvenv.cfg']);
  return new Set(first.includes('pyvenv.cfg') ? [...first, ...(await thereOf(folder, ['bin', 'Scripts']))] : first);
}

async function thereOf(folder: string, names: readonly string[]): Promise<string[]> {
  const found = await Promise.all(names.map(async (name) => ((await isThere(join(folder, name))) ? [name] : [])));
  return found.flat();
}

async function isThere(path: string): Promise<boolean> {
  return (await lstatOrAbsent(path)) !== undefined;
}

/** Of what is no small regular file there is nothing to be read. */
async function smallText(path: string): Promise<string> {
  if ((await lstatOrAbsent(path))?.isFile() !== true) return '';
  const read = await readSafely(path, MAX_PROOF_BYTES);
  return read.kind === 'read' ? read.bytes.toString('utf8') : '';
}

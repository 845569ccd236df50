/** Turns the targets of an effect into the paths that can be looked at one by one. */
import type { Target } from '../../protocol/effect.ts';
import { isTempFolder } from './measure-location.ts';
import type { Lookup } from './types.ts';

/**
 * Paths of one effect that are looked at, as many as fit into a command line that is read. How much lies under them is
 * bounded where it is looked at. Beyond this the rest counts as unseen, which never lowers a score.
 */
const MAX_LOOKS = 2_048;
/** Each of them may go through a large folder. */
const MAX_GLOBS = 64;

const GLOB = /[*?[]/u;
/** Characters of a name that only the running shell can resolve. */
const RUNTIME = /[$`]/u;

export type ExpandedTargets = {
  readonly targets: readonly Target[];
  readonly complete: boolean;
  /** Folders that are emptied as a whole: `rm -rf ~/*` takes the home folder, not some things below it. */
  readonly emptied: readonly string[];
};

export function expandTargets(targets: readonly Target[], cwd: string, lookup: Lookup): ExpandedTargets {
  const paths: Target[] = [];
  const emptied = new Set<string>();
  const seen = new Set<string>();
  let asked = 0;
  let complete = true;
  for (const target of targets) {
    if (!isGlob(target)) {
      paths.push(target);
      continue;
    }
    if (seen.has(target.name)) continue;
    seen.add(target.name);
    const folder = emptiedBy(target);
    if (folder !== undefined) emptied.add(folder);
    // What would not be looked at in the end needs no question either.
    if (paths.length > MAX_LOOKS || asked++ >= MAX_GLOBS) complete = false;
    else {
      const expanded = expandGlob(target, cwd, lookup);
      complete &&= expanded.complete;
      paths.push(...expanded.targets);
    }
  }
  return {
    targets: paths.slice(0, MAX_LOOKS),
    complete: complete && paths.length <= MAX_LOOKS,
    emptied: [...emptied],
  };
}

/** Everything in a temporary folder is what it is for. */
function emptiedBy({ name }: Target): string | undefined {
  const folder = name.endsWith('/*') ? literalFolder(name) : undefined;
  return folder === undefined || isTempFolder(folder) ? undefined : folder;
}

function isGlob({ name }: Target): boolean {
  return GLOB.test(name) && !RUNTIME.test(name);
}

type Expansion = { readonly targets: readonly Target[]; readonly complete: boolean };

/** An incomplete expansion is judged by the folder that holds everything the pattern can match. */
function expandGlob(target: Target, cwd: string, lookup: Lookup): Expansion {
  if (!cwd.startsWith('/')) return { targets: [target], complete: true };
  const folder = literalFolder(target.name);
  const answer = lookup.ask<'glob'>({ kind: 'glob', cwd, pattern: target.name });
  if (answer.kind === 'missing') return { targets: [], complete: false };
  if (answer.kind === 'known' && answer.data.complete && answer.data.matches.length <= MAX_LOOKS)
    return { targets: matchedPaths(target, answer.data.matches), complete: true };
  if (answer.kind === 'unknown' && isTempFolder(folder))
    return { targets: [{ ...target, dynamic: true }], complete: true };
  return { targets: [{ kind: 'path', name: folder, followed: true }], complete: true };
}

/** `app/[id]/page.tsx` is a name as well as a pattern: what the shell does not match it passes on as it is. */
function matchedPaths({ name, followed }: Target, matches: readonly string[]): Target[] {
  const literal = matches.length === 0 || name.includes('[') ? [name] : [];
  const paths = [...new Set([...matches, ...literal])];
  return paths.map((path) => ({ kind: 'path', name: path, ...(followed === true ? { followed } : {}) }));
}

/** `/a/b*x/c` → `/a` */
function literalFolder(pattern: string): string {
  const literal = pattern.slice(0, pattern.search(GLOB));
  const end = literal.lastIndexOf('/');
  return end <= 0 ? '/' : literal.slice(0, end);
}

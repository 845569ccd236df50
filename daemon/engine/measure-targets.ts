/** Turns the targets of an effect into the paths that can be looked at one by one. */
import type { Target } from '../../protocol/effect.ts';
import type { Lookup } from './types.ts';

/** Paths of one effect that are looked at. Beyond this the rest counts as unseen, which never lowers a score. */
const MAX_LOOKS = 64;

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
  let complete = true;
  const paths: Target[] = [];
  const emptied: string[] = [];
  for (const target of targets) {
    const expanded = isGlob(target)
      ? expandGlob(target, cwd, lookup)
      : { targets: [target], complete: true, emptied: [] };
    complete &&= expanded.complete;
    paths.push(...expanded.targets);
    emptied.push(...expanded.emptied);
  }
  if (paths.length <= MAX_LOOKS) return { targets: paths, complete, emptied };
  return { targets: paths.slice(0, MAX_LOOKS), complete: false, emptied };
}

function isGlob(target: Target): boolean {
  return target.dynamic === true && GLOB.test(target.name) && !RUNTIME.test(target.name);
}

/** An incomplete expansion is judged by the folder that holds everything the pattern can match. */
function expandGlob(target: Target, cwd: string, lookup: Lookup): ExpandedTargets {
  if (!cwd.startsWith('/')) return { targets: [target], complete: true, emptied: [] };
  const folder = literalFolder(target.name);
  const emptied = target.name.endsWith('/*') ? [folder] : [];
  const answer = lookup.ask<'glob'>({ kind: 'glob', cwd, pattern: target.name });
  if (answer.kind === 'missing') return { targets: [], complete: false, emptied };
  if (answer.kind === 'known' && answer.data.complete && answer.data.matches.length <= MAX_LOOKS) {
    return { targets: answer.data.matches.map((name) => ({ kind: 'path', name })), complete: true, emptied };
  }
  return { targets: [{ kind: 'path', name: folder }], complete: true, emptied };
}

/** `/a/b*x/c` → `/a` */
function literalFolder(pattern: string): string {
  const literal = pattern.slice(0, pattern.search(GLOB));
  const end = literal.lastIndexOf('/');
  return end <= 0 ? '/' : literal.slice(0, end);
}

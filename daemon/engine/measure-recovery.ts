/** What would be lost, from the counts of the trees an effect destroys. */
import type { EffectAttributes, Recovery } from '../../protocol/effect.ts';
import { MAX_LOST_NAMES, NO_FILES, type TreeCounts } from '../../protocol/facts.ts';

/** Names of precious files that a prompt lists at most. */
const MAX_PRECIOUS = 20;

export function sumCounts(all: readonly TreeCounts[]): TreeCounts {
  return all.reduce(addCounts, NO_FILES);
}

export function addCounts(a: TreeCounts, b: TreeCounts): TreeCounts {
  return {
    files: a.files + b.files,
    bytes: a.bytes + b.bytes,
    tracked: a.tracked + b.tracked,
    dirty: a.dirty + b.dirty,
    untracked: a.untracked + b.untracked,
    ignored: a.ignored + b.ignored,
    regenerable: a.regenerable + b.regenerable,
    ...namesOf('changed', a, b),
    ...namesOf('unsaved', a, b),
    precious: [...new Set([...a.precious, ...b.precious])].slice(0, MAX_PRECIOUS),
    complete: a.complete && b.complete,
  };
}

function namesOf(list: 'changed' | 'unsaved', a: TreeCounts, b: TreeCounts): Partial<TreeCounts> {
  const names = [...(a[list] ?? []), ...(b[list] ?? [])];
  return names.length === 0 ? {} : { [list]: names.slice(0, MAX_LOST_NAMES) };
}

/** For a prompt; facts that were recorded without names have none. */
export function lostNames({ changed = [], unsaved = [] }: TreeCounts): EffectAttributes {
  const names = [...changed, ...unsaved].slice(0, MAX_LOST_NAMES);
  return names.length === 0 ? {} : { lostNames: names };
}

/** Counts that hit a cap may hide anything, so what they seem to prove recoverable stays unknown. */
export function recoveryOf(counts: TreeCounts): Recovery {
  const saved = counts.tracked + counts.regenerable;
  const lost = Math.max(counts.files - saved, counts.precious.length);
  if (lost > 0) return saved > 0 ? 'partial' : 'none';
  if (!counts.complete) return 'unknown';
  return counts.tracked > 0 ? 'committed' : 'regenerable';
}

export function countAttributes(counts: TreeCounts): EffectAttributes {
  return {
    files: counts.files,
    bytes: counts.bytes,
    dirtyFiles: counts.dirty,
    untrackedFiles: counts.untracked,
    preciousFiles: counts.precious,
    ...(isOneCommitted(counts) ? { oneCommitted: true } : {}),
    ...lostNames(counts),
  };
}

/** A lock file that goes with what is installed by it. */
export function isOneCommitted({ files, tracked, regenerable, dirty, complete }: TreeCounts): boolean {
  return complete && tracked === 1 && dirty === 0 && regenerable > 0 && files === regenerable + 1;
}

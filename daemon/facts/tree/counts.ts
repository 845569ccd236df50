/** Sorts files by what git could bring back. */
import { MAX_LOST_NAMES, NO_FILES, type TreeCounts } from '../../../protocol/facts.ts';
import type { Remade } from './evidence.ts';
import { isPrecious } from './precious.ts';
import type { WalkedFile } from './walk.ts';

/** What would happen to one file if it were deleted. */
export type FileState = 'tracked' | 'dirty' | 'untracked' | 'ignored' | 'regenerable-output' | 'regenerable-packages';

/** Names shown in a prompt. */
const MAX_PRECIOUS = 20;

export type Tally = { -readonly [K in keyof TreeCounts]: TreeCounts[K] };

export function newTally(): Tally {
  return { ...NO_FILES, precious: [] };
}

export function count(tally: Tally, file: WalkedFile, state: FileState, shownPath: string): void {
  tally.files += 1;
  tally.bytes += file.bytes;
  if (state === 'tracked' || state === 'dirty') {
    tally[state] += 1;
    if (state === 'dirty') tally.changed = named(tally.changed, shownPath);
    return;
  }
  tally[state === 'untracked' ? 'untracked' : 'ignored'] += 1;
  const precious = isPrecious(file.name);
  const remade = REMADE[state] ?? file.remade;
  if (file.empty || remade === 'packages' || (remade === 'output' && !precious)) {
    tally.regenerable += 1;
    return;
  }
  tally.unsaved = named(tally.unsaved, shownPath);
  if (precious && tally.precious.length < MAX_PRECIOUS) tally.precious.push(shownPath);
}

function named(names: readonly string[] = [], name: string): string[] {
  return names.length < MAX_LOST_NAMES ? [...names, name] : [...names];
}

/** What git's ignore rules and the sources beside it prove. */
const REMADE: Partial<Record<FileState, Remade>> = {
  'regenerable-output': 'output',
  'regenerable-packages': 'packages',
};

/** Sorts files by what git could bring back. */
import { NO_FILES, type TreeCounts } from '../../../protocol/facts.ts';
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
  switch (state) {
    case 'tracked':
    case 'dirty':
      tally[state] += 1;
      return;
    case 'untracked':
      tally.untracked += 1;
      break;
    case 'regenerable-packages':
      tally.ignored += 1;
      tally.regenerable += 1;
      return;
    case 'ignored':
      tally.ignored += 1;
      break;
    case 'regenerable-output':
      tally.ignored += 1;
      if (!isPrecious(file.name)) tally.regenerable += 1;
      break;
  }
  if (isPrecious(file.name) && tally.precious.length < MAX_PRECIOUS) tally.precious.push(shownPath);
}

/** Replays what a trace recorded: judges each action again and says what differs. Runs nothing and looks at nothing. */
import type Database from 'better-sqlite3';

import type { ReplayedAction, ReplaySummary } from '../../protocol/replay.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { Parsers } from '../engine/types.ts';
import { ENGINE_VERSION } from '../engine/version.ts';
import { compare } from './compare.ts';
import { recordedActions, type RecordedAction, type Selection } from './recorded.ts';
import { rejudge, type Rejudged } from './rejudge.ts';

export type Replay = {
  readonly db: Database.Database;
  readonly selection: Selection;
  readonly policy: CompiledPolicy;
  readonly parsers: Parsers;
  /** With all that was recorded of each, and the whole assessment. */
  readonly whole: boolean;
};

type Counts = { -readonly [K in keyof ReplaySummary]: ReplaySummary[K] };

/** Each action as it comes; the summary of all when there are no more. */
export function* replay({
  db,
  selection,
  policy,
  parsers,
  whole,
}: Replay): Generator<ReplayedAction, ReplaySummary, void> {
  const counts = noneYet(policy.digest);
  for (const recorded of recordedActions(db, selection)) {
    if (recorded.kind !== 'recorded') {
      counts[recorded.kind].push(recorded.traceId);
      continue;
    }
    const rejudged = judgedAgain(recorded, policy, parsers);
    if (rejudged === undefined) {
      counts.unreadable.push(recorded.traceId);
      continue;
    }
    const compared = compare(recorded, rejudged);
    count(counts, compared);
    const { action, facts } = recorded;
    yield whole ? { ...compared, assessment: rejudged.assessment, action, facts: [...facts] } : compared;
  }
  return counts;
}

/** `undefined`: facts that were tampered with can be such that no engine can do anything with them. */
function judgedAgain(recorded: RecordedAction, policy: CompiledPolicy, parsers: Parsers): Rejudged | undefined {
  try {
    return rejudge(recorded, policy, parsers);
  } catch {
    return undefined; // told as what cannot be read
  }
}

function noneYet(policyDigest: string): Counts {
  return {
    policyDigest,
    engine: ENGINE_VERSION,
    actions: 0,
    same: 0,
    stricter: 0,
    looser: 0,
    identical: 0,
    faults: 0,
    engines: Object.create(null) as Record<string, number>, // without inherited names
    erased: [],
    unreadable: [],
  };
}

function count(counts: Counts, { direction, identical, exact, before: { engine } }: ReplayedAction): void {
  counts.actions += 1;
  counts[direction] += 1;
  if (identical) counts.identical += 1;
  if (exact && !identical) counts.faults += 1;
  counts.engines[engine] = (counts.engines[engine] ?? 0) + 1;
}

/** What a replay says of recorded actions that were judged again. */
import { z } from 'zod';

import { Action } from './action.ts';
import { Assessment, Band, Finding, Verdict } from './assessment.ts';
import { FactNeed, FactRecord } from './facts.ts';

/** What an action came to, in short. */
export const Judged = z
  .strictObject({
    score: z.int(),
    band: Band,
    verdict: Verdict,
    policyDigest: z.string(),
    engine: z.string(),
  })
  .meta({ id: 'Judged' });
export type Judged = z.infer<typeof Judged>;

/** One finding that is not what it was. */
export const FindingChange = z
  .strictObject({
    change: z.enum(['added', 'removed', 'changed']),
    rule: z.string(),
    operation: z.int().nonnegative(),
    before: Finding.omit({ rule: true, operation: true }).optional(),
    after: Finding.omit({ rule: true, operation: true }).optional(),
  })
  .meta({ id: 'FindingChange' });
export type FindingChange = z.infer<typeof FindingChange>;

/** `same`: nobody would be asked or refused who was not, and the reverse; points may differ all the same. */
export const Direction = z.enum(['same', 'stricter', 'looser']).meta({ id: 'Direction' });
export type Direction = z.infer<typeof Direction>;

/** One recorded action under the policy of the replay. */
export const ReplayedAction = z
  .strictObject({
    traceId: z.string(),
    at: z.int().describe('ms since the epoch'),
    seq: z.int().positive().describe('of the frame'),
    summary: z.string(),
    before: Judged,
    after: Judged,
    direction: Direction,
    identical: z.boolean().describe('to the byte'),
    exact: z
      .boolean()
      .describe('the policy and the engine are those it was recorded with: anything but identical is a fault'),
    changes: z.array(FindingChange),
    unrecorded: z.array(FactNeed).describe('asked for now and not recorded then; unknown, which never lowers a score'),
    assessment: Assessment.optional().describe('as it is judged now; only in a replay of one trace, like what follows'),
    action: Action.optional(),
    facts: z.array(FactRecord).optional().describe('as they were recorded'),
  })
  .meta({ id: 'ReplayedAction' });
export type ReplayedAction = z.infer<typeof ReplayedAction>;

/** How a replay ended. */
export const ReplaySummary = z
  .strictObject({
    policyDigest: z.string(),
    engine: z.string(),
    actions: z.int().nonnegative(),
    same: z.int().nonnegative(),
    stricter: z.int().nonnegative(),
    looser: z.int().nonnegative(),
    identical: z.int().nonnegative(),
    faults: z.int().nonnegative().describe('of the same policy and engine, and yet not identical'),
    engines: z.record(z.string(), z.int()).describe('actions by the version of the engine that judged them first'),
    erased: z.array(z.string()).describe('traces whose contents were erased'),
    unreadable: z.array(z.string()).describe('traces whose contents this version cannot read'),
  })
  .meta({ id: 'ReplaySummary' });
export type ReplaySummary = z.infer<typeof ReplaySummary>;

/** What the program that replays prints, a line each; the summary comes last. */
export const ReplayLine = z.union([
  z.strictObject({ action: ReplayedAction }),
  z.strictObject({ summary: ReplaySummary }),
  z.strictObject({ problem: z.string(), hint: z.string() }),
]);
export type ReplayLine = z.infer<typeof ReplayLine>;

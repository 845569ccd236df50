/** Reads recorded actions out of a trace, also while the daemon writes it; of a store it only reads. */
import type Database from 'better-sqlite3';
import { z } from 'zod';

import { Action } from '../../protocol/action.ts';
import { Finding } from '../../protocol/assessment.ts';
import { FactRecord } from '../../protocol/facts.ts';
import { Judged } from '../../protocol/replay.ts';
import type { FrameRecord } from '../trace/rows.ts';

/** Of an assessment that any version recorded: what a comparison needs. */
const RecordedAssessment = z.object({
  ...Judged.shape,
  forced: z.boolean(),
  summary: z.string(),
  findings: z.array(z.object(Finding.shape)),
});
export type RecordedAssessment = z.infer<typeof RecordedAssessment>;

const Payload = z.object({ action: Action, facts: z.array(z.unknown()), assessment: RecordedAssessment });

export type RecordedAction = {
  readonly kind: 'recorded';
  readonly seq: number;
  readonly traceId: string;
  readonly at: number;
  readonly action: Action;
  readonly facts: readonly FactRecord[];
  readonly assessment: RecordedAssessment;
  /** The assessment as it lies there. */
  readonly text: string;
};

/** A frame whose contents were erased, or that this version cannot read. */
export type LostAction = { readonly kind: 'erased' | 'unreadable'; readonly traceId: string };

export type Selection = { readonly traceId: string } | { readonly sinceMs: number };

/** So many frames are read at a time: a longer read would keep the writer from tidying its log. */
const PAGE = 200;

const ASSESSED = `SELECT e.seq, e.trace_id AS traceId, e.at, p.body AS record
FROM events e LEFT JOIN payloads p USING (seq) WHERE e.kind = 'action.assessed' AND e.seq > @after`;
const OF_TRACE = `${ASSESSED} AND e.trace_id = @traceId ORDER BY e.seq LIMIT ${PAGE}`;
const SINCE = `${ASSESSED} AND e.at >= @sinceMs ORDER BY e.seq LIMIT ${PAGE}`;

export type Row = {
  readonly seq: number;
  readonly traceId: string;
  readonly at: number;
  readonly record: string | null;
};

/** In the order in which they were recorded. */
export function* recordedActions(
  db: Database.Database,
  selection: Selection,
): IterableIterator<RecordedAction | LostAction> {
  const statement = db.prepare('traceId' in selection ? OF_TRACE : SINCE);
  for (let after = 0; ;) {
    const rows = statement.all({ ...selection, after }) as Row[]; // the columns named above
    yield* rows.map(actionOf);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) return;
    after = last.seq;
  }
}

/** Never throws: whatever lies there is an action or one that is lost. */
export function actionOf({ seq, traceId, at, record }: Row): RecordedAction | LostAction {
  if (record === null) return { kind: 'erased', traceId };
  try {
    const payload = payloadOf(record);
    const { action, facts, assessment } = Payload.parse(payload);
    // The schema left other fields out; what is compared is what was written.
    const text = JSON.stringify((payload as { assessment: unknown }).assessment);
    return { kind: 'recorded', seq, traceId, at, action, facts: facts.flatMap(readable), assessment, text };
  } catch {
    // INVARIANT: one frame that was damaged, or is nested too deep to be read, keeps none of the others from being judged.
    return { kind: 'unreadable', traceId };
  }
}

/** The store wrote it; the chain commits to its bytes. */
function payloadOf(record: string): unknown {
  return (JSON.parse(record) as FrameRecord).payload;
}

/** A fact of another version's shape, or one that answers another question, is one that was not recorded. */
function readable(fact: unknown): FactRecord[] {
  const { success, data } = FactRecord.safeParse(fact);
  return success && (!data.value.known || data.value.data.kind === data.need.kind) ? [data] : [];
}

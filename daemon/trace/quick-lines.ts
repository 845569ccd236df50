/** Follows the lines of the log along the chain and tells only whether each is the one that its frames make. */
import type Database from 'better-sqlite3';

import type { TraceEvent } from '../../protocol/trace.ts';
import { storedSchema } from './database.ts';

/** What later frames change of a line: kind, summary, score, verdict, outcome, review. */
export type Changing = readonly [unknown, unknown, unknown, unknown, unknown, unknown];
/** What lies in the table in the place of the frame: the columns that stay, then those that change. */
export type Stored = readonly [traceId: unknown, at: unknown, actorType: unknown, user: unknown, agent: unknown, session: unknown, ...Changing]; // prettier-ignore
type Line = { readonly stored: Changing; readonly now: Changing };

/** The first version of the table has no reviews. */
export function lineColumns(db: Database.Database): string {
  return `l.trace_id, l.at, l.actor_type, l.user, l.agent, l.session, ${changingColumns(db)}`;
}

function changingColumns(db: Database.Database): string {
  return `l.kind, l.summary, l.score, l.verdict, l.outcome, ${storedSchema(db) < 2 ? 'NULL' : 'l.review'}`;
}

/** Traces that are as they will be stay at hand for a while: their next frame mostly comes soon. */
const RECENT = 10_000;

export type QuickLines = {
  erase(traceIds: ReadonlySet<string>, before: number): void;
  /** False when the line in this place is not the one that the frame makes. */
  add(event: TraceEvent, summary: string | undefined, stored: Stored | undefined): boolean;
  /** Whether the table holds what the frames made, and nothing else. */
  hold(): boolean;
};

/** INVARIANT: says what the statements of the writer would make, as `mergedLines` does. */
export function createQuickLines(db: Database.Database): QuickLines {
  const select = db.prepare(
    `SELECT ${changingColumns(db)} FROM lines l WHERE trace_id = ? AND seq < ? AND trace_id = +trace_id`,
  );
  select.raw();
  const recent = new Map<string, Line>();
  const unsettled = new Map<string, Line>();
  let made = 0;

  const find = (traceId: string, before: number): Line | undefined => {
    const known = unsettled.get(traceId) ?? recent.get(traceId);
    if (known !== undefined) return known;
    const stored = select.get(traceId, before) as Changing | undefined; // its columns
    // What is not at hand is as it will be.
    return stored === undefined ? undefined : { stored, now: stored };
  };
  const keep = (traceId: string, line: Line): void => {
    if (same(line.stored, line.now)) {
      unsettled.delete(traceId);
      if (recent.size >= RECENT) recent.clear();
      recent.set(traceId, line);
    } else {
      recent.delete(traceId);
      unsettled.set(traceId, line);
    }
  };
  return {
    erase(traceIds, before) {
      for (const traceId of traceIds) {
        const line = find(traceId, before);
        if (line === undefined) continue;
        const [kind, , ...others] = line.now;
        keep(traceId, { ...line, now: [kind, 'erased', ...others] });
      }
    },
    add(event, summary, stored) {
      const { traceId, line } = event;
      if (line === undefined) return stored === undefined;
      if (stored !== undefined) {
        if (!isMadeBy(event, stored)) return false;
        made += 1;
        const [, , , , , , ...changing] = stored;
        keep(traceId, { stored: changing, now: changed([event.kind, '', null, null, null, null], event, summary) });
        return true;
      }
      const known = find(traceId, event.seq);
      if (known === undefined) return false;
      keep(traceId, { ...known, now: changed(known.now, event, summary) });
      return true;
    },
    hold: () => unsettled.size === 0 && isAll(db, made),
  };
}

function isMadeBy(event: TraceEvent, [traceId, at, actorType, user, agent, session]: Stored): boolean {
  return (
    event.traceId === traceId &&
    event.at === at &&
    event.actorType === actorType &&
    event.user === user &&
    event.agent === agent &&
    event.session === session
  );
}

function changed(before: Changing, { line }: TraceEvent, said?: string): Changing {
  const [kind, summary, score, verdict, outcome, review] = before;
  return [
    line?.kind ?? kind,
    said?.toWellFormed() ?? summary,
    line?.score ?? score,
    line?.verdict ?? verdict,
    line?.outcome ?? outcome,
    line?.review ?? review,
  ];
}

function same(one: Changing, other: Changing): boolean {
  return one.every((value, at) => value === other[at]);
}

/** Asked of the table itself: whoever changes its pages can leave the index as it was. */
function isAll(db: Database.Database, made: number): boolean {
  const count = db.prepare('SELECT count(*), count(DISTINCT trace_id) FROM lines NOT INDEXED').raw();
  const [all, distinct] = count.get() as [number, number]; // its columns
  return all === made && distinct === made;
}

/** The log made anew from the frames, to be compared with the table that `countersign log` reads. */
import Database from 'better-sqlite3';

import type { TraceEvent } from '../../protocol/trace.ts';
import { storedSchema } from './database.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { ERASE_LINE, lineParameters, UPSERT_LINE, type FrameRecord } from './rows.ts';
import type { Bad } from './walk.ts';

export type Replay = {
  /** `record` is `undefined` when there never was one or it was erased; `erased` are the traces that the frame erases. */
  add(event: TraceEvent, record: Buffer | undefined, erased: ReadonlySet<string>): void;
  /** The lines there are. */
  lines(): IterableIterator<StoredLine>;
  /** The first frame whose line in the database is not the one that the frames make. */
  compare(db: Database.Database): Bad | undefined;
  close(): void;
};

export type StoredLine = Readonly<Record<string, unknown>> & { readonly seq: number };
const SELECT = 'SELECT * FROM lines ORDER BY seq';

/** INVARIANT: runs the writer's own statements, in a database of its own that is gone when it is closed. */
export function startReplay(): Replay {
  const own = new Database('');
  own.pragma('journal_mode = OFF');
  for (const sql of MIGRATIONS) own.exec(sql);
  const upsert = own.prepare(UPSERT_LINE);
  const erase = own.prepare(ERASE_LINE);
  own.exec('BEGIN');
  return {
    add(event, record, erased) {
      for (const traceId of erased) erase.run(traceId);
      if (event.line !== undefined) upsert.get(lineParameters(event, summaryOf(record)));
    },
    lines: () => rows(own),
    compare: (db) =>
      hasOwnSchema(db) ? firstDifference(own, db) : { problem: 'a table is not the one that was made' },
    close: () => own.close(),
  };
}

function summaryOf(record: Buffer | undefined): string | undefined {
  // The chain commits to the text, and the writer wrote nothing else.
  return record === undefined ? undefined : (JSON.parse(record.toString()) as FrameRecord).summary;
}

/** A view, or a column that computes, could show the verifier something else than everybody. */
const SCHEMA = "SELECT name, sql FROM sqlite_schema WHERE name IN ('events', 'payloads', 'lines') ORDER BY name";

/** Whether the tables are those that were made; readers never upgrade, so by the version that made them. */
export function hasOwnSchema(db: Database.Database): boolean {
  const own = new Database(':memory:');
  try {
    for (const sql of MIGRATIONS.slice(0, storedSchema(db))) own.exec(sql);
    return schemaOf(db) === schemaOf(own);
  } finally {
    own.close();
  }
}

function schemaOf(db: Database.Database): string {
  return JSON.stringify(db.prepare(SCHEMA).all());
}

function firstDifference(own: Database.Database, db: Database.Database): Bad | undefined {
  const found = rows(db);
  try {
    for (const line of rows(own)) {
      const bad = difference(line, found.next().value);
      if (bad !== undefined) return bad;
    }
    const { value: more } = found.next();
    return more === undefined ? undefined : notMade(more);
  } finally {
    found.return?.();
  }
}

function difference(line: StoredLine, found: StoredLine | undefined): Bad | undefined {
  if (found === undefined || found.seq > line.seq)
    return { seq: line.seq, problem: 'its line is missing from the log' };
  if (found.seq < line.seq) return notMade(found);
  // A column of a later version says nothing in a table of an earlier one.
  const same = Object.entries(line).every(([column, value]) => (found[column] ?? null) === value);
  return same ? undefined : { seq: line.seq, problem: 'its line in the log was changed' };
}

function notMade({ seq }: StoredLine): Bad {
  return { seq, problem: 'the log has a line that no frame made' };
}

function rows(db: Database.Database): IterableIterator<StoredLine> {
  return db.prepare(SELECT).iterate() as IterableIterator<StoredLine>; // the columns of our own table
}

/** Chooses payloads to erase and removes them with all that was made of them. Runs inside the writer's transactions. */
import type Database from 'better-sqlite3';
import { rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { ERASE_LINE, type FrameRecord } from './rows.ts';
import { formatRanges, parseRanges, rangesOf } from './seq-ranges.ts';

/** What to erase: one trace, an agent run, or whatever is older than a time (ms since the epoch). */
export type Choice =
  | { readonly kind: 'trace'; readonly trace: string }
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'before'; readonly before: number };

/** One batch: what to erase, and from where the next one goes on. */
export type Batch = { readonly seqs: readonly number[]; readonly last: number; readonly more: boolean };

/** So many at a time, that nobody waits long for the writer. */
export const BATCH = 500;

const CHOSEN: Readonly<Record<Choice['kind'], string>> = {
  trace: 'e.trace_id = @value',
  session: 'e.trace_id IN (SELECT trace_id FROM lines WHERE session = @value UNION SELECT @value)',
  before: 'TRUE',
};

/** INVARIANT: what still waits for a human is never chosen. */
export function nextBatch(db: Database.Database, choice: Choice, after: number): Batch {
  const value = choice.kind === 'before' ? null : choice.kind === 'trace' ? choice.trace : choice.session;
  const select = `SELECT p.seq, e.at, EXISTS (SELECT 1 FROM lines l WHERE l.trace_id = e.trace_id AND l.verdict = 'pending') AS pending
FROM payloads p JOIN events e USING (seq) WHERE p.seq > @after AND ${CHOSEN[choice.kind]} ORDER BY p.seq LIMIT ${BATCH}`;
  const rows = db.prepare(select).all({ after, value }) as { seq: number; at: number; pending: number }[]; // its columns
  const old = choice.kind === 'before' ? rows.filter(({ at }) => at < choice.before) : rows;
  const seqs = old.filter(({ pending }) => pending === 0).map(({ seq }) => seq);
  // Frames come in the order of time, but for a clock that was set back: a whole batch of newer ones ends the search.
  return { seqs, last: rows.at(-1)?.seq ?? after, more: rows.length === BATCH && old.length > 0 };
}

/** The text that names them in the chain. To be asked inside the transaction that removes them, after it did. */
export function removeRecords(db: Database.Database, seqs: readonly number[]): string {
  const remove = db.prepare('DELETE FROM payloads WHERE seq = ?');
  for (const seq of seqs) remove.run(seq);
  const between = db.prepare('SELECT 1 FROM payloads WHERE seq > ? AND seq < ? LIMIT 1');
  const text = formatRanges(rangesOf(seqs, (before, next) => between.get(before, next) === undefined));
  eraseLines(db, text);
  return text;
}

/** INVARIANT: the lines that verification erases when it reads the same text. */
function eraseLines(db: Database.Database, text: string): void {
  const select = db
    .prepare(
      "SELECT DISTINCT trace_id FROM events WHERE seq BETWEEN ? AND ? AND json_extract(body, '$.payload') IS NOT NULL",
    )
    .pluck();
  const erase = db.prepare(ERASE_LINE);
  for (const { from, to } of parseRanges(text)) for (const trace of select.all(from, to)) erase.run(trace);
}

/** Terminal recordings that these frames tell of. They go first: once the frame is erased nothing leads to them. */
export function removeRecordings(db: Database.Database, seqs: readonly number[], folder: string | undefined): void {
  if (folder === undefined) return;
  const select = db
    .prepare("SELECT p.body FROM payloads p JOIN events e USING (seq) WHERE seq = ? AND e.kind = 'session.ended'")
    .pluck();
  for (const seq of seqs) {
    const record = select.get(seq);
    const recording =
      typeof record === 'string' ? (JSON.parse(record) as FrameRecord).payload?.['recording'] : undefined;
    // The path was told by a client: nothing outside the folder is removed for it.
    if (typeof recording === 'string' && dirname(recording) === folder) rmSync(join(folder, basename(recording)), { force: true }); // prettier-ignore
  }
}

/** Reads what can be trusted of a database, whole or damaged, into a new one. */
import Database from 'better-sqlite3';
import { closeSync, copyFileSync, existsSync, openSync, readSync, rmSync, statSync, writeSync } from 'node:fs';

import { GENESIS } from './chain.ts';
import { BUSY_MS, createDatabase, isCorruption } from './database.ts';
import { appendLeaf, EMPTY_TREE, treeRoot, type Tree } from './merkle.ts';
import { startReplay, type Replay } from './replay.ts';
import { formatRanges, rangesOf } from './seq-ranges.ts';
import { signedRoots, type Trust } from './trust.ts';
import { createGone, EVENT_COLUMNS, eventOf, recordHolds, type EventRow, type RecordRow } from './walk.ts';
import type { TraceEvent } from '../../protocol/trace.ts';

/** How far a source can be trusted. */
export type Extent = {
  readonly last: number;
  readonly hash: Buffer;
  /** Frames that follow each other from the first on; those beyond `last` are attested by nobody. */
  readonly held: number;
  /** Whether the witnessed end was reached. */
  readonly whole: boolean;
};

export type Source = {
  readonly db: Database.Database;
  readonly extent: Extent;
  /** Checkpoints that only the source remembers: kept as evidence, or left out because the witness never heard of them. */
  readonly ownNotes: boolean;
  close(): void;
};

const NOTHING: Extent = { last: 0, hash: GENESIS, held: 0, whole: false };

/** The most that can be read: of the file as it is, or of a copy whose first page is made anew. */
export function openSource(traceDb: string, scratch: string, trust: Trust): Source | undefined {
  if (!existsSync(traceDb)) return undefined;
  const asItIs = trySource(traceDb, trust);
  if (asItIs?.extent.whole === true) return asItIs;
  const mended = mendedSource(traceDb, scratch, trust, asItIs);
  const [best, other] = (mended?.extent.last ?? 0) > (asItIs?.extent.last ?? 0) ? [mended, asItIs] : [asItIs, mended];
  other?.close();
  return best;
}

/** A disk that fails says nothing of the database: what was opened before is let go of. */
function mendedSource(traceDb: string, scratch: string, trust: Trust, open: Source | undefined): Source | undefined {
  try {
    const source = trySource(mendedCopy(traceDb, scratch), trust);
    const close = (): void => {
      source?.close();
      removeScratch(scratch);
    };
    if (source !== undefined) return { ...source, close };
  } catch (error) {
    open?.close();
    removeScratch(scratch);
    throw error;
  }
  removeScratch(scratch);
  return undefined;
}

/** INVARIANT: only damage makes a source worthless. A lock or a failing disk is thrown, or a whole trace would be set aside for it. */
function trySource(file: string, trust: Trust): Source | undefined {
  let db: Database.Database | undefined;
  try {
    db = new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
    const opened = db;
    return { db, extent: extentOf(db, trust), ownNotes: true, close: () => void opened.close() };
  } catch (error) {
    db?.close();
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

/** Damaged, or without the tables of a trace. */
function isUnreadable(error: unknown): boolean {
  return isCorruption(error) || (error instanceof Database.SqliteError && error.code === 'SQLITE_ERROR');
}

/** Copies that a daemon left which was ended while it recovered hold what may have been erased since. */
export function removeScratch(scratch: string): void {
  for (const part of ['', '-wal', '-shm', '-template', '-template-journal'])
    rmSync(`${scratch}${part}`, { force: true });
}

/** INVARIANT: every frame up to there follows the one before it, and the end is one that was signed or witnessed. */
function extentOf(db: Database.Database, { head, notes, publicKey }: Trust): Extent {
  const signed = signedRoots([...notes.map(({ note }) => note), ...notesInside(db)], publicKey);
  let tree: Tree = EMPTY_TREE;
  let prev: Buffer = GENESIS;
  let witnessed = head?.seq === 0;
  let extent: Extent = { ...NOTHING, whole: witnessed };
  for (const row of readable<EventRow>(db, `SELECT ${EVENT_COLUMNS} FROM events e ORDER BY seq`)) {
    if (typeof eventOf(row, tree.size + 1, prev) === 'string') break;
    prev = row.hash;
    tree = appendLeaf(tree, row.hash);
    if (tree.size === head?.seq) witnessed = row.hash.toString('hex') === head.hash;
    const good = witnessed || signed.get(tree.size)?.has(treeRoot(tree).toString('base64')) === true;
    if (good) extent = { last: tree.size, hash: prev, held: tree.size, whole: witnessed };
  }
  return { ...extent, held: tree.size };
}

/** The rows up to the first that cannot be read. */
function* readable<T>(db: Database.Database, sql: string): IterableIterator<T> {
  let rows: IterableIterator<T> | undefined;
  try {
    rows = db.prepare(sql).iterate() as IterableIterator<T>; // the columns of the statement
    for (;;) {
      const next = rows.next();
      if (next.done === true) return;
      yield next.value;
    }
  } catch (error) {
    // A damaged page: nothing after it can be relied on.
    if (!isUnreadable(error)) throw error;
  } finally {
    rows?.return?.();
  }
}

function notesInside(db: Database.Database): readonly string[] {
  return [...readable<{ note: string }>(db, 'SELECT note FROM checkpoints ORDER BY size')].map(({ note }) => note);
}

export type Copied = { readonly tree: Tree; readonly hash: Buffer; readonly lostPayloads: string };

/** Copies the frames up to the extent with their records, makes the log anew, and keeps the checkpoints that hold. */
export function copyInto(target: Database.Database, source: Source, trust: Trust): Copied {
  const replay = startReplay();
  try {
    return target.transaction(() => copyFrames(target, source, trust, replay))();
  } finally {
    replay.close();
  }
}

function copyFrames(
  target: Database.Database,
  { db, extent, ownNotes }: Source,
  { notes, publicKey }: Trust,
  replay: Replay,
): Copied {
  const insert = target.prepare('INSERT INTO events VALUES (?, ?, ?, ?, CAST(? AS TEXT), ?, ?)');
  const insertRecord = target.prepare('INSERT INTO payloads VALUES (?, ?, CAST(? AS TEXT))');
  const insertNote = target.prepare('INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?, ?)');
  const texts = new Map(
    [...notes.map(({ note }) => note), ...(ownNotes ? notesInside(db) : [])].map((note) => [
      `${sizeOf(note)} ${rootOf(note)}`,
      note,
    ]),
  );
  const signed = signedRoots(texts.values(), publicKey);
  const recordAt = recordReader(db);
  const gone = createGone();
  let tree: Tree = EMPTY_TREE;
  let prev: Buffer = GENESIS;
  for (const row of readable<EventRow>(db, `SELECT ${EVENT_COLUMNS} FROM events e ORDER BY seq`)) {
    if (tree.size === extent.last) break;
    const event = eventOf(row, tree.size + 1, prev);
    if (typeof event === 'string') throw elsewhere(`frame ${tree.size + 1}: ${event}`);
    insert.run(row.seq, row.trace_id, row.at, row.kind, row.body, row.prev, row.hash);
    const record = recordAt(event);
    if (record !== undefined) insertRecord.run(row.seq, record.salt, record.payload);
    replay.add(event, record?.payload, gone.add(event, record !== undefined));
    prev = row.hash;
    tree = appendLeaf(tree, row.hash);
    const roots = signed.get(tree.size);
    if (roots === undefined) continue;
    const root = treeRoot(tree).toString('base64');
    if (roots.has(root)) insertNote.run(tree.size, root, texts.get(`${tree.size} ${root}`), Buffer.concat(tree.edge));
  }
  // INVARIANT: what comes over ends where it was found to end, with the frame that was found there.
  if (tree.size !== extent.last || !prev.equals(extent.hash)) throw elsewhere(`it ends at frame ${tree.size}`);
  const insertLine = target.prepare('INSERT INTO lines VALUES (@seq, @trace_id, @at, @actor_type, @user, @agent, @session, @kind, @summary, @score, @verdict, @outcome, @review)'); // prettier-ignore
  for (const line of replay.lines()) insertLine.run(line);
  return { tree, hash: prev, lostPayloads: formatRanges(rangesOf(gone.end().unexplained)) };
}

/** It held a moment ago. */
function elsewhere(problem: string): Error {
  return new Error(`the trace changed while it was read: ${problem}`);
}

/** The record of a frame, if it is there, can be read, and is the one that the frame commits to. */
function recordReader(db: Database.Database) {
  const select = prepared(db, 'SELECT salt, CAST(body AS BLOB) AS payload FROM payloads WHERE seq = ?');
  return (event: TraceEvent): { readonly salt: Buffer; readonly payload: Buffer } | undefined => {
    if (event.payload === undefined || select === undefined) return undefined;
    try {
      const { salt, payload } = (select.get(event.seq) ?? { salt: null, payload: null }) as RecordRow; // its columns
      if (salt === null || payload === null || !recordHolds(event, salt, payload)) return undefined;
      return { salt, payload };
    } catch (error) {
      // A damaged page; the frame comes over without its record, and the chain says so.
      if (isUnreadable(error)) return undefined;
      throw error;
    }
  };
}

function prepared(db: Database.Database, sql: string): Database.Statement | undefined {
  try {
    return db.prepare(sql);
  } catch (error) {
    // The table is gone, and every record with it.
    if (isUnreadable(error)) return undefined;
    throw error;
  }
}

function sizeOf(note: string): string {
  return note.split('\n')[1] ?? '';
}

function rootOf(note: string): string {
  return note.split('\n')[2] ?? '';
}

/**
 * A copy with the first page of a new database: every trace was made by the same statements, so that its tables begin on
 * the same pages. What is read there is held to the chain like anything else.
 */
function mendedCopy(traceDb: string, scratch: string): string {
  removeScratch(scratch);
  copyFileSync(traceDb, scratch);
  if (existsSync(`${traceDb}-wal`)) copyFileSync(`${traceDb}-wal`, `${scratch}-wal`);
  const page = firstPage(`${scratch}-template`);
  const file = openSync(scratch, 'r+');
  try {
    page.writeUInt32BE(Math.max(1, Math.ceil(statSync(scratch).size / page.length)), PAGES_AT);
    // No list of free pages: it may lead anywhere.
    page.fill(0, FREE_LIST_AT, FREE_LIST_AT + 8);
    // The log of changes, if there is one, is still to be read.
    page.fill(2, WAL_AT, WAL_AT + 2);
    writeSync(file, page, 0, page.length, 0);
  } finally {
    closeSync(file);
  }
  return scratch;
}

/** Places in the header of a SQLite file. */
const WAL_AT = 18;
const PAGES_AT = 28;
const FREE_LIST_AT = 32;
const PAGE_BYTES = 4_096;

function firstPage(template: string): Buffer {
  rmSync(template, { force: true });
  createDatabase(template).close();
  const page = Buffer.alloc(PAGE_BYTES);
  const file = openSync(template, 'r');
  try {
    readSync(file, page, 0, PAGE_BYTES, 0);
  } finally {
    closeSync(file);
    rmSync(template, { force: true });
  }
  return page;
}

/** What is wrong with a database, found with few looks: its header, its tables, the end of its chain, its witness. */
import Database from 'better-sqlite3';
import { existsSync, statSync } from 'node:fs';

import { GENESIS } from './chain.ts';
import { checkpointHolds, parseCheckpoints } from './checkpoint.ts';
import { isCorruption, openForReading, storedSchema } from './database.ts';
import { appendLeaf, EMPTY_TREE, treeFrom, treeRoot, type Tree } from './merkle.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { excusesNote, replacementOf, type Replacement } from './replacement.ts';
import type { Trust } from './trust.ts';
import { EVENT_COLUMNS, eventOf, type EventRow } from './walk.ts';

/** Up to this size every page is looked at before the daemon answers; beyond it, in the background. */
export const QUICK_CHECK_BYTES = 8 * 1024 * 1024;

/** `undefined` when it is well. Throws what is no damage: a newer schema, or files that cannot be reached. */
export function findDamage(traceDb: string, trust: Trust): string | undefined {
  const expected = lastWitnessed(trust);
  if (!existsSync(traceDb)) return expected > 0 ? 'the database is gone' : undefined;
  // SQLite takes an empty file for a database that nobody used yet.
  if (statSync(traceDb).size === 0) return expected > 0 ? 'the database is empty' : undefined;
  try {
    const db = openForReading(traceDb);
    try {
      if (expected === 0 && isUnused(db)) return undefined;
      return db.transaction(() => schemaDamage(db) ?? pageDamage(db, traceDb) ?? tailDamage(db, trust))();
    } finally {
      db.close();
    }
  } catch (error) {
    if (!isCorruption(error)) throw error;
    return (error as Error).message; // a SqliteError, or it would not be corruption
  }
}

/** Looks at every page; takes seconds for a large database. */
export function everyPage(db: Database.Database): string | undefined {
  const found = String(db.pragma('quick_check(1)', { simple: true }));
  return found === 'ok' ? undefined : found;
}

function lastWitnessed({ head, notes }: Trust): number {
  return Math.max(head?.seq ?? 0, notes.at(-1)?.size ?? 0);
}

/** A daemon that was ended in its first moment leaves a database without tables. */
function isUnused(db: Database.Database): boolean {
  return db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
}

/** A missing trigger or index is as bad as a missing table: the next version of a frame could be put over the first. */
function schemaDamage(db: Database.Database): string | undefined {
  const schema = storedSchema(db);
  if (schema === 0) return 'its tables are missing';
  return objects(db) === objectsOf(schema) ? undefined : 'its tables are not those that were made';
}

function objectsOf(schema: number): string {
  const fresh = new Database(':memory:');
  try {
    fresh.exec('CREATE TABLE IF NOT EXISTS meta (schema INTEGER PRIMARY KEY) STRICT');
    for (const sql of MIGRATIONS.slice(0, schema)) fresh.exec(sql);
    return objects(fresh);
  } finally {
    fresh.close();
  }
}

function objects(db: Database.Database): string {
  // Statistics and the like are SQLite's own.
  const select =
    "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_stat%' AND name <> 'meta' ORDER BY name";
  return JSON.stringify(db.prepare(select).all());
}

function pageDamage(db: Database.Database, traceDb: string): string | undefined {
  return statSync(traceDb).size > QUICK_CHECK_BYTES ? undefined : everyPage(db);
}

/** From the last checkpoint that the database remembers to its end, and whether that is the end that was witnessed. */
function tailDamage(db: Database.Database, trust: Trust): string | undefined {
  const known = lastNoted(db, trust);
  if (typeof known === 'string') return known;
  let tree = known;
  let prev = hashAt(db, tree.size);
  if (prev === undefined) return `frame ${tree.size} is missing`;
  const replacements = storedReplacements(db);
  const roots = new Map(trust.notes.map(({ size, root }, place) => [size, { root, place }]));
  const select = db.prepare(`SELECT ${EVENT_COLUMNS} FROM events e WHERE seq > ? ORDER BY seq`);
  for (const row of select.iterate(tree.size) as IterableIterator<EventRow>) {
    const event = eventOf(row, tree.size + 1, prev);
    if (typeof event === 'string') return `frame ${tree.size + 1}: ${event}`;
    prev = row.hash;
    tree = appendLeaf(tree, row.hash);
    const said = roots.get(tree.size);
    if (
      said !== undefined &&
      said.root !== treeRoot(tree).toString('base64') &&
      !excusesNote(replacements, said.place, tree.size)
    )
      return `frame ${tree.size}: the chain up to here is not the one that was witnessed`;
  }
  return cutOff(db, tree.size, trust, replacements);
}

function cutOff(
  db: Database.Database,
  last: number,
  { head, notes }: Trust,
  replacements: readonly Replacement[],
): string | undefined {
  const beyond = notes.findLast(({ size }, place) => size > last && !excusesNote(replacements, place, size));
  const headMissing =
    head !== undefined && hashAt(db, head.seq)?.toString('hex') !== head.hash && !isKnownLoss(db, head.hash);
  if (!headMissing && beyond === undefined) return undefined;
  const witnessed = Math.max(headMissing ? head.seq : 0, beyond?.size ?? 0);
  return witnessed > last
    ? `it ends at frame ${last}, and ${witnessed} were witnessed`
    : `frame ${witnessed} is not the one that was witnessed`;
}

/** The tree at the newest checkpoint inside, or why it cannot be one. */
function lastNoted(db: Database.Database, { publicKey }: Trust): Tree | string {
  const select =
    'SELECT size, root, note, edge FROM checkpoints WHERE size <= (SELECT coalesce(max(seq), 0) FROM events) ORDER BY size DESC LIMIT 1';
  const row = db.prepare(select).get() as { size: number; root: string; note: string; edge: Buffer } | undefined; // its columns
  if (row === undefined) return EMPTY_TREE;
  const tree = treeFrom(row.size, row.edge);
  const [said] = parseCheckpoints(`${row.note}\n`).checkpoints;
  const root = treeRoot(tree).toString('base64');
  const holds = said?.size === row.size && said.root === root && row.root === root && checkpointHolds(said, publicKey);
  return holds ? tree : `the checkpoint at ${row.size} inside does not hold`;
}

function hashAt(db: Database.Database, seq: number): Buffer | undefined {
  if (seq === 0) return GENESIS;
  return db.prepare('SELECT hash FROM events WHERE seq = ?').pluck().get(seq) as Buffer | undefined; // its column
}

/** Whether a frame of the chain itself says that this head was lost: then the witness has not been told yet. */
function isKnownLoss(db: Database.Database, headHash: string): boolean {
  return storedLosses(db).some((hash) => hash === headHash);
}

const SELECT_REPLACEMENTS = `SELECT ${EVENT_COLUMNS} FROM events e
WHERE e.trace_id >= 'store-' AND e.trace_id < 'store.' ORDER BY seq`;

export function storedReplacements(db: Database.Database): readonly Replacement[] {
  return storeEvents(db).flatMap((event) => replacementOf(event) ?? []);
}

function storedLosses(db: Database.Database): readonly unknown[] {
  return storeEvents(db).map(({ data }) => data['headHash']);
}

/** Frames about the store itself have traces of one name, so that few rows are read. */
function storeEvents(db: Database.Database) {
  return (db.prepare(SELECT_REPLACEMENTS).all() as EventRow[]).flatMap((row) => {
    const event = eventOf(row, row.seq, row.prev);
    return typeof event === 'string' ? [] : [event];
  });
}

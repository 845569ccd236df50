/** Opens the trace database, for the one writer or for any reader. */
import Database from 'better-sqlite3';
import { basename, join } from 'node:path';

import { CountersignError } from '../../protocol/errors.ts';
import { MIGRATIONS } from './migrations/migrations.ts';
import { newAside } from './set-aside.ts';
import { syncFile, syncFolder } from './sync.ts';

/** A backup or a verification may hold a lock for a moment. */
export const BUSY_MS = 1_000;

export function openForWriting(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // Erased payloads are overwritten, not only unlinked.
    db.pragma('secure_delete = ON');
    migrate(db, MIGRATIONS, (found) => copyAside(db, path, found));
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function openForReading(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  try {
    const found = storedSchema(db);
    if (found > MIGRATIONS.length) throw newer(found, MIGRATIONS.length);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** A whole copy of what an upgrade is about to change. Readers never upgrade. */
function copyAside(db: Database.Database, path: string, schema: number): void {
  const { folder } = newAside(path, `before-schema-${schema + 1}`);
  db.prepare('VACUUM INTO ?').run(join(folder, basename(path)));
  syncFile(join(folder, basename(path)));
  syncFolder(folder);
}

/** A new database at this place, not yet in the mode that a running trace is in. */
export function createDatabase(path: string): Database.Database {
  const db = new Database(path);
  migrate(db, MIGRATIONS);
  return db;
}

/** All steps or none. `before` is called ahead of the first step on a database that somebody used. */
export function migrate(db: Database.Database, migrations: readonly string[], before?: (found: number) => void): void {
  const found = storedSchema(db);
  if (found > migrations.length) throw newer(found, migrations.length);
  if (found === migrations.length) return;
  if (found > 0) before?.(found);
  db.transaction(() => {
    db.exec('CREATE TABLE IF NOT EXISTS meta (schema INTEGER PRIMARY KEY) STRICT');
    migrations.slice(found).forEach((sql, at) => {
      db.exec(sql);
      db.prepare('INSERT INTO meta VALUES (?)').run(found + at + 1);
    });
  }).immediate();
}

/** 0 for a database that nobody used yet. */
export function storedSchema(db: Database.Database): number {
  const used = db.prepare("SELECT count(*) FROM sqlite_schema WHERE name = 'meta'").pluck().get();
  return used === 0 ? 0 : Number(db.prepare('SELECT coalesce(max(schema), 0) FROM meta').pluck().get());
}

/** Whether the error says that the file is damaged, and not that it cannot be reached or written. */
export function isCorruption(error: unknown): boolean {
  return (
    error instanceof Database.SqliteError &&
    /^SQLITE_(?:CORRUPT|NOTADB|IOERR_CORRUPTFS|IOERR_SHORT_READ)/.test(error.code)
  );
}

function newer(found: number, known: number): CountersignError {
  return new CountersignError(
    'trace_newer',
    `the trace has schema ${found} and this version knows up to ${known}; update Countersign`,
  );
}

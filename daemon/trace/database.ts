/** Opens the trace database, for the one writer or for any reader. */
import Database from 'better-sqlite3';

import { MIGRATIONS } from './migrations/migrations.ts';

/** A backup or a verification may hold a lock for a moment. */
const BUSY_MS = 1_000;

export class NewerSchemaError extends Error {}

export function openForWriting(path: string): Database.Database {
  const db = new Database(path, { timeout: BUSY_MS });
  try {
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    // Erased payloads are overwritten, not only unlinked.
    db.pragma('secure_delete = ON');
    migrate(db);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

export function openForReading(path: string): Database.Database {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: BUSY_MS });
  const found = schemaOf(db);
  if (found > MIGRATIONS.length) throw newer(found);
  return db;
}

function migrate(db: Database.Database): void {
  db.transaction(() => {
    db.exec('CREATE TABLE IF NOT EXISTS meta (schema INTEGER PRIMARY KEY) STRICT');
    const found = schemaOf(db);
    if (found > MIGRATIONS.length) throw newer(found);
    MIGRATIONS.slice(found).forEach((sql, at) => {
      db.exec(sql);
      db.prepare('INSERT INTO meta VALUES (?)').run(found + at + 1);
    });
  }).immediate();
}

function schemaOf(db: Database.Database): number {
  return Number(db.prepare('SELECT coalesce(max(schema), 0) FROM meta').pluck().get());
}

function newer(found: number): NewerSchemaError {
  return new NewerSchemaError(
    `the trace has schema ${found} and this version knows up to ${MIGRATIONS.length}; update Countersign`,
  );
}

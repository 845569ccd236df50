/** A database that nobody has open is read from a copy: SQLite leaves files beside whatever it reads in WAL mode. */
import { constants, copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** Also works where nothing can be written. A database in use is read where it is. */
export function readAtRest<T>(database: string, read: (path: string) => T): T {
  if (isInUse(database)) return read(database);
  const folder = mkdtempSync(join(tmpdir(), 'countersign-read-'));
  try {
    const copy = join(folder, basename(database));
    // Costs nothing on file systems that share blocks.
    copyFileSync(database, copy, constants.COPYFILE_FICLONE);
    // A daemon that started meanwhile may have written to what was being copied.
    return read(isInUse(database) ? database : copy);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isInUse(database: string): boolean {
  return existsSync(`${database}-wal`);
}

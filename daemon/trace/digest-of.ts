/** The digest of a file of any size. */
import { createHash } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 1024 * 1024;

/** SHA-256 of a file, hex; `null` when there is none. */
export function digestOf(file: string): string | null {
  if (!existsSync(file)) return null;
  const hash = createHash('sha256');
  const chunk = Buffer.alloc(CHUNK_BYTES);
  const fd = openSync(file, 'r');
  try {
    for (let read = readSync(fd, chunk); read > 0; read = readSync(fd, chunk)) hash.update(chunk.subarray(0, read));
    return hash.digest('hex');
  } finally {
    closeSync(fd);
  }
}

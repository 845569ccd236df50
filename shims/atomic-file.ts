/** Replaces a file as a whole, so that a reader never sees half of it. */
import { randomBytes } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';

export function replaceFile(path: string, content: string | Buffer, mode: number): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  try {
    writeFileSync(draft, content, { mode, flag: 'wx' });
    // The umask may have taken bits away.
    chmodSync(draft, mode);
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new Error(`cannot write \`${path}\``, { cause });
  }
}

export function readIfThere(path: string): string | undefined {
  return readBytesIfThere(path)?.toString('utf8');
}

export function readBytesIfThere(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

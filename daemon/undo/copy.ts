/** Copies the content of one open file: shared with the original where the file system can, else with its holes. */
import { createHash, type Hash } from 'node:crypto';
import { constants, type PathLike } from 'node:fs';
import { chmod, copyFile, open, rm, type FileHandle } from 'node:fs/promises';

import { Refusal } from './safe-open.ts';

const CHUNK_BYTES = 1024 * 1024;
/** Holes are kept in steps of this size. */
const HOLE_BYTES = 64 * 1024;
const ZEROS = Buffer.alloc(HOLE_BYTES);
/** Sharing costs a call or two more than copying so little. */
const WORTH_SHARING_BYTES = 256 * 1024;

export type Copied = { readonly digest: string; readonly sizeBytes: number };

export type CopyOptions = {
  /** The file as it was when it was opened; what it grew by since is not copied. */
  readonly sizeBytes: number;
  /** On disk before this returns. */
  readonly sync: boolean;
};

/** INVARIANT: never a hard link: what overwrites the original in place would overwrite the copy. */
export async function copyOpenFile(from: FileHandle, to: PathLike, options: CopyOptions): Promise<Copied> {
  const shared = options.sizeBytes >= WORTH_SHARING_BYTES && (await shareBlocks(from, to));
  const target = await open(to, shared ? 'r+' : 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    const sizeBytes = await pump(shared ? target : from, shared ? undefined : target, options.sizeBytes, hash);
    if (sizeBytes !== options.sizeBytes) throw new Refusal('it changed while it was saved');
    if (!shared) await target.truncate(sizeBytes);
    if (options.sync) await target.datasync();
    return { digest: hash.digest('hex'), sizeBytes };
  } finally {
    await target.close();
  }
}

/** Only where one open file can be named, so that no link can take its place. */
async function shareBlocks(from: FileHandle, to: PathLike): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await copyFile(`/proc/self/fd/${from.fd}`, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
    await chmod(to, 0o600);
    return true;
  } catch {
    // Most file systems cannot share blocks; what it left behind would be in the way of the copy.
    await rm(to, { force: true });
    return false;
  }
}

async function pump(from: FileHandle, to: FileHandle | undefined, sizeBytes: number, hash: Hash): Promise<number> {
  const buffer = Buffer.allocUnsafe(Math.max(Math.min(CHUNK_BYTES, sizeBytes), 1));
  let done = 0;
  while (done < sizeBytes) {
    const { bytesRead } = await from.read(buffer, 0, Math.min(buffer.length, sizeBytes - done), done);
    if (bytesRead === 0) break;
    const chunk = buffer.subarray(0, bytesRead);
    hash.update(chunk);
    if (to !== undefined) await writeKeepingHoles(to, chunk, done);
    done += bytesRead;
  }
  return done;
}

async function writeKeepingHoles(to: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let offset = 0; offset < chunk.length; offset += HOLE_BYTES) {
    const part = chunk.subarray(offset, offset + HOLE_BYTES);
    if (part.equals(ZEROS.subarray(0, part.length))) continue;
    let written = 0;
    while (written < part.length) {
      written += (await to.write(part, written, part.length - written, at + offset + written)).bytesWritten;
    }
  }
}

/** Reads files of a hostile workspace: regular ones only, never waiting, never more than was asked for. */
import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { LookFailure } from './look-context.ts';
import { isOnOwnDisk } from './mounts.ts';
import { lstatOrAbsent } from './paths.ts';

/** INVARIANT: opening neither blocks on a FIFO, nor follows a link swapped in, nor takes a terminal. */
const SAFE_FLAGS = constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW | constants.O_NOCTTY;

/** Their files look regular but answer from the kernel, change by being read, or block. */
const KERNEL_FOLDERS = /^\/(?:proc|sys|dev)(?:\/|$)/u;

export type SafeRead =
  | { readonly kind: 'missing' }
  | { readonly kind: 'too-large'; readonly sizeBytes: number }
  | { readonly kind: 'read'; readonly bytes: Buffer };

/** @param path physical: a symlink at its end is refused. */
export async function readSafely(path: string, maxBytes: number): Promise<SafeRead> {
  if (KERNEL_FOLDERS.test(path)) throw new LookFailure('not a file on a disk');
  const before = await lstatOrAbsent(path);
  if (before === undefined) return { kind: 'missing' };
  if (!before.isFile()) throw new LookFailure('not a regular file');
  const whole = isOnOwnDisk(path) ? readAtOnce(path, maxBytes) : undefined;
  if (whole !== undefined) return whole;
  const handle = await open(path, SAFE_FLAGS);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new LookFailure('not a regular file');
    if (stats.size > maxBytes) return { kind: 'too-large', sizeBytes: stats.size };
    // One byte more than allowed tells a file that grew meanwhile from one that fits.
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length < buffer.length) {
      const { bytesRead } = await handle.read(buffer, length, buffer.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    if (length > maxBytes) return { kind: 'too-large', sizeBytes: length };
    return { kind: 'read', bytes: buffer.subarray(0, length) };
  } finally {
    await handle.close();
  }
}

/** Without threads; `undefined` when it grows meanwhile. */
function readAtOnce(path: string, maxBytes: number): SafeRead | undefined {
  const file = openSync(path, SAFE_FLAGS);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw new LookFailure('not a regular file');
    if (stats.size > maxBytes) return { kind: 'too-large', sizeBytes: stats.size };
    const buffer = Buffer.alloc(stats.size + 1);
    let length = 0;
    for (let read = -1; read !== 0 && length < buffer.length; length += read) {
      read = readSync(file, buffer, length, buffer.length - length, length);
    }
    return length > stats.size ? undefined : { kind: 'read', bytes: buffer.subarray(0, length) };
  } finally {
    closeSync(file);
  }
}

/** The same without threads, for small files that are asked for many times in a look; whatever is odd is an error. */
export function readNow(path: string, maxBytes: number): Buffer {
  const file = openSync(path, SAFE_FLAGS);
  try {
    const stats = fstatSync(file);
    if (!stats.isFile() || stats.size > maxBytes) throw new LookFailure('not a small regular file');
    const buffer = Buffer.alloc(stats.size + 1);
    const length = readSync(file, buffer, 0, buffer.length, 0);
    if (length !== stats.size) throw new LookFailure('it changed while it was looked at');
    return buffer.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

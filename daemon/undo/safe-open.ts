/** Opens what an agent may have prepared: never through a link, never waiting, never a device. */
import { constants, type BigIntStats } from 'node:fs';
import { lstat, open, type FileHandle } from 'node:fs/promises';

import { isAbsence } from '../facts/paths.ts';
import { bytesOf, type RawPath } from './raw-path.ts';

const { O_DIRECTORY, O_NOCTTY, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** A reason in words for the person who is told what cannot come back. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ELOOP: 'a link took its place',
  ENOENT: 'it went away while it was saved',
  ENOTDIR: 'it went away while it was saved',
  ENAMETOOLONG: 'its path is too long',
  EEXIST: 'something is in its place by now',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk is full for this user',
  EROFS: 'the disk of the trash is read-only',
};

export function refusalOf(error: unknown): string {
  if (error instanceof Refusal) return error.message;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REASONS[code] ?? `saving it failed (${code === '' ? 'internal' : code.slice(0, 40)})`;
}

export async function openFile(path: RawPath): Promise<{ handle: FileHandle; stats: BigIntStats }> {
  const handle = await open(bytesOf(path), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
  const stats = await handle.stat({ bigint: true });
  if (stats.isFile()) return { handle, stats };
  await handle.close();
  throw new Refusal('it is no regular file');
}

/** The text of a small regular file; what is larger than it may be is refused unread. */
export async function readText(path: RawPath, maxBytes: number): Promise<string> {
  const { handle, stats } = await openFile(path);
  try {
    if (stats.size > maxBytes) throw new Refusal('it is too large');
    const content = Buffer.alloc(Number(stats.size));
    let length = 0;
    for (let count = -1; count !== 0 && length < content.length; length += count)
      count = (await handle.read(content, length, content.length - length, length)).bytesRead;
    return content.toString('utf8', 0, length);
  } finally {
    await handle.close();
  }
}

export function openFolder(path: RawPath): Promise<FileHandle> {
  return open(bytesOf(path), O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
}

/** `undefined` when there is nothing; never follows a symlink at the end. */
export async function lstatOrAbsent(path: RawPath): Promise<BigIntStats | undefined> {
  try {
    return await lstat(bytesOf(path), { bigint: true });
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
}

/** Puts one saved file, link or folder in its place: whole or not at all, and never over what should stay. */
import { lchown, lstat, mkdir, open, rm, symlink, type FileHandle } from 'node:fs/promises';

import { copyOpenFile } from './copy.ts';
import type { Entry } from './entries.ts';
import { setTimes, writeAttributes } from './file-properties.ts';
import { withFolderHeld } from './hold-folder.ts';
import { besides, moveInto, putAt, type Put, type Seen } from './placing.ts';
import { bytesOf, rawOf, type RawPath } from './raw-path.ts';
import { openFile, openFolder, Refusal } from './safe-open.ts';

type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>;

export async function putFile(entry: EntryOf<'file'>, blob: string, to: RawPath, seen: Seen | undefined): Promise<Put> {
  const saved = await openFile(rawOf(blob));
  try {
    return await complete(to, seen, async (temporary) => {
      const copied = await copyOpenFile(saved.handle, temporary, { sizeBytes: Number(saved.stats.size), sync: true });
      if (copied.digest !== entry.digest) throw new Refusal('what was saved was damaged since');
      const missing = await dressed(await open(temporary, 'r+'), entry);
      return [...missing, ...timed(temporary, entry)];
    });
  } finally {
    await saved.handle.close();
  }
}

export function putLink(entry: EntryOf<'symlink'>, to: RawPath, seen: Seen | undefined): Promise<Put> {
  return complete(to, seen, async (temporary) => {
    await symlink(Buffer.from(entry.to, 'base64'), temporary);
    const missing = await ownerOf(entry, () => lchown(temporary, entry.uid, entry.gid));
    return [...missing, ...timed(temporary, entry)];
  });
}

/** Readable for nobody else until it is in its place. */
function complete(
  to: RawPath,
  seen: Seen | undefined,
  make: (temporary: Buffer) => Promise<readonly string[]>,
): Promise<Put> {
  return withFolderHeld(to, async (held) => {
    const temporary = besides(held);
    try {
      const missing = await make(bytesOf(temporary));
      const { ino } = await lstat(bytesOf(temporary), { bigint: true });
      return putAt(to, ino, await moveInto(temporary, held, seen), missing);
    } finally {
      await rm(bytesOf(temporary), { force: true });
    }
  });
}

/** Mode and time come last: what is put into it afterwards would change or need them. */
export function openFolderAt(to: RawPath): Promise<void> {
  return withFolderHeld(to, (held) => mkdir(bytesOf(held), { mode: 0o700 }));
}

export function closeFolderAt(entry: EntryOf<'folder'>, to: RawPath): Promise<string[]> {
  return withFolderHeld(to, async (held) => {
    const missing = await dressed(await openFolder(held), entry);
    return [...missing, ...timed(bytesOf(held), entry)];
  });
}

async function dressed(handle: FileHandle, entry: EntryOf<'file' | 'folder'>): Promise<string[]> {
  try {
    return await dress(handle, entry);
  } finally {
    await handle.close();
  }
}

async function dress(handle: FileHandle, entry: EntryOf<'file' | 'folder'>): Promise<string[]> {
  const owner = await ownerOf(entry, () => handle.chown(entry.uid, entry.gid));
  // After the owner, whose change takes special bits and capabilities away.
  const failed = writeAttributes(handle.fd, entry.attributes ?? []).map((name) => `the attribute ${name}`);
  await handle.chmod(entry.mode);
  return [...failed, ...owner];
}

async function ownerOf({ uid, gid }: Entry, change: () => Promise<void>): Promise<string[]> {
  if (uid === process.getuid?.() && gid === process.getgid?.()) return [];
  try {
    await change();
    return [];
  } catch {
    return [`the owner ${uid}:${gid}`];
  }
}

function timed(path: Buffer, { mtimeNs }: Entry): string[] {
  return setTimes(path, BigInt(mtimeNs)) ? [] : ['the time of its last change'];
}

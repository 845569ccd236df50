/** Puts one saved file, link or folder in its place: whole or not at all, and never over what should stay. */
import { randomBytes } from 'node:crypto';
import { lchown, link, mkdir, open, rename, rm, symlink, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';

import { copyOpenFile } from './copy.ts';
import type { Entry } from './entries.ts';
import { setTimes, writeAttributes } from './file-properties.ts';
import { bytesOf, rawOf, type RawPath } from './raw-path.ts';
import { openFile, openFolder, Refusal } from './safe-open.ts';

type EntryOf<K extends Entry['kind']> = Extract<Entry, { kind: K }>;

/** Answers with what of its properties could not be put back. */
export async function putFile(entry: EntryOf<'file'>, blob: string, to: RawPath, replace: boolean): Promise<string[]> {
  const temporary = bytesOf(besides(to));
  const saved = await openFile(rawOf(blob));
  try {
    const copied = await copyOpenFile(saved.handle, temporary, { sizeBytes: Number(saved.stats.size), sync: true });
    if (copied.digest !== entry.digest) throw new Refusal('what was saved was damaged since');
    const handle = await open(temporary, 'r+');
    const missing = await dressed(handle, entry);
    const untimed = timed(temporary, entry);
    await moveInto(temporary, to, replace);
    return [...missing, ...untimed];
  } finally {
    await saved.handle.close();
    await rm(temporary, { force: true });
  }
}

export async function putLink(entry: EntryOf<'symlink'>, to: RawPath, replace: boolean): Promise<string[]> {
  const temporary = bytesOf(besides(to));
  try {
    await symlink(Buffer.from(entry.to, 'base64'), temporary);
    const missing = await ownerOf(entry, () => lchown(temporary, entry.uid, entry.gid));
    const untimed = timed(temporary, entry);
    await moveInto(temporary, to, replace);
    return [...missing, ...untimed];
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Mode and time come last: what is put into it afterwards would change or need them. */
export async function openFolderAt(to: RawPath): Promise<void> {
  await mkdir(bytesOf(to), { mode: 0o700 });
}

export async function closeFolderAt(entry: EntryOf<'folder'>, to: RawPath): Promise<string[]> {
  const handle = await openFolder(to);
  const missing = await dressed(handle, entry);
  return [...missing, ...timed(bytesOf(to), entry)];
}

/** Readable for nobody else until it is in its place; INVARIANT: without `replace` nothing that is there gives way. */
async function moveInto(temporary: Buffer, to: RawPath, replace: boolean): Promise<void> {
  if (replace) return rename(temporary, bytesOf(to));
  await link(temporary, bytesOf(to));
}

async function dressed(handle: FileHandle, entry: EntryOf<'file' | 'folder'>): Promise<string[]> {
  try {
    return await dress(handle, entry);
  } finally {
    await handle.close();
  }
}

async function dress(handle: FileHandle, entry: EntryOf<'file' | 'folder'>): Promise<string[]> {
  const failed = writeAttributes(handle.fd, entry.attributes ?? []).map((name) => `the attribute ${name}`);
  const owner = await ownerOf(entry, () => handle.chown(entry.uid, entry.gid));
  // After the owner, whose change takes special bits away.
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

function besides(to: RawPath): RawPath {
  const folder = dirname(to);
  return `${folder === '/' ? '' : folder}/.countersign-undo-${randomBytes(6).toString('hex')}`;
}

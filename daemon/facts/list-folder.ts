/** The entries of a folder, however many there are. */
import type { Dirent } from 'node:fs';
import { opendir, readdir, stat } from 'node:fs/promises';

/** Folders take some twenty bytes for an entry; larger ones are not read into memory as a whole. */
const LARGE_FOLDER_BYTES = 512 * 1024;
/** Of a large folder. */
const MAX_ENTRIES = 20_001;

export type Listing = { readonly entries: readonly Dirent[]; readonly complete: boolean };

export async function listFolder(folder: string): Promise<Listing> {
  const { size } = await stat(folder);
  if (size <= LARGE_FOLDER_BYTES) return { entries: await readdir(folder, { withFileTypes: true }), complete: true };
  const entries: Dirent[] = [];
  for await (const entry of await opendir(folder, { bufferSize: 1024 })) {
    // Leaving the loop closes the folder.
    if (entries.length >= MAX_ENTRIES) return { entries, complete: false };
    entries.push(entry);
  }
  return { entries, complete: true };
}

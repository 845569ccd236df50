/** The entries of a folder, however many there are. */
import { readdirSync, statSync, type Dirent } from 'node:fs';
import { opendir, readdir, stat } from 'node:fs/promises';

/** Folders take some twenty bytes for an entry; larger ones are not read into memory as a whole. */
const LARGE_FOLDER_BYTES = 512 * 1024;
/** Of a large folder. */
const MAX_ENTRIES = 20_001;

export type Listing = { readonly entries: readonly Dirent[]; readonly complete: boolean };

/** @param atOnce without threads: only where nothing can keep the call waiting. */
export async function listFolder(folder: string, atOnce = false): Promise<Listing> {
  const { size } = atOnce ? statSync(folder) : await stat(folder);
  if (size <= LARGE_FOLDER_BYTES) {
    const options = { withFileTypes: true } as const;
    return { entries: atOnce ? readdirSync(folder, options) : await readdir(folder, options), complete: true };
  }
  const entries: Dirent[] = [];
  for await (const entry of await opendir(folder, { bufferSize: 1024 })) {
    // Leaving the loop closes the folder.
    if (entries.length >= MAX_ENTRIES) return { entries, complete: false };
    entries.push(entry);
  }
  return { entries, complete: true };
}

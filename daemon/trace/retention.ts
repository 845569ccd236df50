/** Erases what is older than the settings say, or more than they allow, in the background and in small batches. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { Config } from '../../protocol/config.ts';
import { erasedFrame, recordingsErasedFrame, type StoreOrigin } from './store-frames.ts';
import type { TraceStore } from './store.ts';

export type RetentionOptions = {
  readonly store: TraceStore;
  readonly recordings: string;
  readonly settings: () => Config['retention'];
  readonly origin: () => StoreOrigin;
  readonly onFailure: (error: unknown) => void;
};

/** The first moments belong to whoever waits for the daemon. */
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** Begins a little later and then every hour, as long as the daemon runs. */
export function startRetention(options: RetentionOptions): void {
  const run = (): void => {
    sweep(options).catch(options.onFailure);
    setTimeout(run, EVERY_MS).unref();
  };
  setTimeout(run, FIRST_MS).unref();
}

/** Each rule once. */
export async function sweep({ store, recordings, settings, origin }: RetentionOptions): Promise<void> {
  const { payloadDays, recordingsDays, maxBytes } = settings();
  const now = origin();
  if (payloadDays !== null) {
    const before = now.at - payloadDays * DAY_MS;
    await store.erase({ kind: 'before', before }, erasedFrame(now, { by: 'age' }));
  }
  if (maxBytes !== null) await eraseOver(store, maxBytes, now);
  if (recordingsDays === null) return;
  const removed = removeOld(recordings, now.at - recordingsDays * DAY_MS);
  if (removed > 0) await store.append([recordingsErasedFrame(now, removed)], { durable: false });
}

async function eraseOver(store: TraceStore, maxBytes: number, now: StoreOrigin): Promise<void> {
  const frame = erasedFrame(now, { by: 'size' });
  let usedBytes = 0;
  // Nothing is that old: it only asks how large the database is.
  await store.erase({ kind: 'before', before: 0 }, frame, (erased) => {
    usedBytes = erased.usedBytes;
    return true;
  });
  if (usedBytes <= maxBytes) return;
  // What is written from now on stays, and so does the frame that tells of the erasing.
  await store.erase({ kind: 'before', before: now.at }, frame, (erased) => erased.usedBytes <= maxBytes);
}

function removeOld(folder: string, before: number): number {
  const old = files(folder).filter((file) => (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? before) < before);
  for (const file of old) rmSync(file, { force: true });
  return old.length;
}

function files(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.cast'))
      .map(({ name }) => join(folder, name));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** Erases what is older than the settings say, or more than they allow, in the background and in small batches. */
import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { DEFAULT_CONFIG } from '../../protocol/config.ts';
import { SPOOLED_SESSION } from '../../protocol/spool.ts';
import type { Clock } from '../identity/clock.ts';
import type { Problems } from '../problems.ts';
import { createRetentionDelay, type Retention } from './retention-delay.ts';
import { erasedFrame, recordingsErasedFrame, sweptFrame, type StoreOrigin } from './store-frames.ts';
import type { TraceStore } from './store.ts';

type SweepOptions = {
  readonly store: TraceStore;
  readonly recordings: string;
  readonly settings: () => Retention;
  readonly origin: () => StoreOrigin;
  /** A sweep took something; the text says what. */
  readonly onErased?: (text: string) => void;
};

type RetentionOptions = Pick<SweepOptions, 'store' | 'recordings'> & {
  /** What the file asks for; `undefined` while it does not load. */
  readonly asked: () => Retention | undefined;
  readonly clock: Clock;
  readonly user: string;
  readonly problems: Pick<Problems, 'is' | 'happened'>;
  readonly onFailure: (error: unknown) => void;
};

/** The first moments belong to whoever waits for the daemon. */
const FIRST_MS = 60_000;
const EVERY_MS = 3_600_000;
/** An edit that erases more is told of about as soon as it is read. */
const LOOK_MS = 1_000;
const DAY_MS = 86_400_000;

/** Begins a little later and then every hour, as long as the daemon runs. */
export function startRetention({ asked, problems, onFailure, ...options }: RetentionOptions): void {
  const { store, recordings, clock, user } = options;
  const delay = createRetentionDelay(options);
  let last: Promise<unknown> = Promise.resolve();
  const look = (): Promise<Retention> => {
    const next = last.then(() => delay.look(asked())).finally(() => problems.is('retention', delay.notice()));
    last = next.catch(() => undefined);
    return next;
  };
  let known = JSON.stringify(DEFAULT_CONFIG.retention);
  const lookForEdit = (): void => {
    const now = JSON.stringify(asked());
    if (now === known || now === undefined) return;
    known = now;
    look().catch((error: unknown) => {
      known = '';
      onFailure(error);
    });
  };
  const run = async (): Promise<void> => {
    const settings = await look();
    const origin = (): StoreOrigin => ({ at: clock.wallMs(), user });
    await sweep({ store, recordings, settings: () => settings, origin, onErased: problems.happened });
  };
  const again = (): void => {
    run().catch(onFailure);
    setTimeout(again, EVERY_MS).unref();
  };
  setTimeout(again, FIRST_MS).unref();
  setInterval(lookForEdit, LOOK_MS).unref();
}

/** Each rule once. */
export async function sweep({ store, recordings, settings, origin, onErased }: SweepOptions): Promise<void> {
  const { payloadDays, recordingsDays, maxBytes } = settings();
  const now = origin();
  const tell = async (by: 'age' | 'size', payloads: number): Promise<void> => {
    if (payloads === 0) return;
    const frame = sweptFrame(now, by, payloads);
    onErased?.(`${frame.line?.summary ?? ''}, on ${new Date(now.at).toISOString().slice(0, 10)}`);
    await store.append([frame], { durable: false });
  };
  if (payloadDays !== null) {
    const before = now.at - payloadDays * DAY_MS;
    await tell('age', await store.erase({ kind: 'before', before }, erasedFrame(now, { by: 'age' })));
  }
  if (maxBytes !== null) await tell('size', await eraseOver(store, maxBytes, now));
  if (recordingsDays === null) return;
  const removed = removeOld(recordings, now.at - recordingsDays * DAY_MS);
  if (removed > 0) await store.append([recordingsErasedFrame(now, removed)], { durable: false });
}

async function eraseOver(store: TraceStore, maxBytes: number, now: StoreOrigin): Promise<number> {
  const frame = erasedFrame(now, { by: 'size' });
  let usedBytes = 0;
  const fits = (erased: { readonly usedBytes: number }): boolean => {
    usedBytes = erased.usedBytes;
    return usedBytes <= maxBytes;
  };
  // Nothing is that old: it only asks how large the database is.
  await store.erase({ kind: 'before', before: 0 }, frame, (erased) => fits(erased) || true);
  if (usedBytes <= maxBytes) return 0;
  // INVARIANT: what anybody can write by the megabyte goes before anything that was judged.
  const claims = await store.erase({ kind: 'session', session: SPOOLED_SESSION }, frame, fits);
  if (usedBytes <= maxBytes) return claims;
  // What is written from now on stays, and so does the frame that tells of the erasing.
  return claims + (await store.erase({ kind: 'before', before: now.at }, frame, fits));
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

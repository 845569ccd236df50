/** Damage of the trace stays in the status until a person took note of it, however often the daemon starts. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Core } from './core.ts';

const FIRST_MS = 2_000;
const EVERY_MS = 30_000;
/** What happens to the store itself is rare; so many lines reach back for years. */
const MOST_LINES = 1_000;

export function tellOfRecovery({ store, paths, problems, onFailure }: Core): void {
  const look = (): void => {
    recoveryNotice(store, paths.home)
      .then((notice) => problems.is('recovery', notice))
      // What cannot be read now is looked at again.
      .catch((error: unknown) => (store.healthy() ? onFailure(error, '') : undefined))
      .finally(() => setTimeout(look, EVERY_MS).unref());
  };
  setTimeout(look, FIRST_MS).unref();
}

/** A backup is taken by a person alone, and is what a trace that was damaged needs next: it takes note. */
export async function recoveryNotice(
  store: Pick<Core['store'], 'log' | 'frames'>,
  home: string,
): Promise<string | undefined> {
  const lines = await store.log({ session: 'store', limit: MOST_LINES });
  const at = lines.findLastIndex(({ kind }) => kind === 'store.recovered');
  const recovered = lines[at];
  if (recovered === undefined || lines.slice(at).some(({ kind }) => kind === 'store.saved')) return undefined;
  const data = (await store.frames(recovered.traceId)).at(0)?.event.data;
  const kept = String(data?.['kept'] ?? '');
  const day = new Date(recovered.at).toISOString().slice(0, 10);
  const where = kept === '' ? '' : `; the damaged files ${existsSync(join(home, kept)) ? 'lie' : 'are NO LONGER'} in ${join(home, kept)}`; // prettier-ignore
  return `the trace was damaged and recovered on ${day}, ${String(data?.['missing'] ?? 0)} frames are missing${where}; look at \`countersign trace verify\`, then \`countersign trace backup\` takes note`;
}

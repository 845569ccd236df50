/** How much an import may add to the trace: a spool costs nothing to write, and the trace is kept. */
import type { TraceStore } from '../trace/store.ts';

export type Amount = { readonly lines: number; readonly bytes: number };

/** Several times what an outage of a working day brings; judged, a line takes about eight times its size. */
const PER_IMPORT: Amount = { lines: 5_000, bytes: 8 * 1024 * 1024 };
const PER_DAY: Amount = { lines: 10_000, bytes: 16 * 1024 * 1024 };
const DAY_MS = 86_400_000;
/** Far more imports than a day has; each tells of itself in one line. */
const MOST_IMPORTS = 10_000;

/** What is left for the import that begins now. The trace itself tells what the day has brought: a restart changes nothing. */
export async function allowanceOf(store: Pick<TraceStore, 'log' | 'frames'>, now: number): Promise<Amount> {
  const since = now - DAY_MS;
  const said = await store.log({ session: 'control', since, limit: MOST_IMPORTS });
  let [lines, bytes] = [0, 0];
  for (const { traceId, kind } of said) {
    if (kind !== 'spool.imported') continue;
    const data = (await store.frames(traceId)).at(0)?.event.data;
    lines += Number(data?.['imported'] ?? 0);
    bytes += Number(data?.['bytes'] ?? 0);
  }
  return {
    lines: Math.min(PER_IMPORT.lines, PER_DAY.lines - lines),
    bytes: Math.min(PER_IMPORT.bytes, PER_DAY.bytes - bytes),
  };
}

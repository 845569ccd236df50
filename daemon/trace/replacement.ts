/** A frame that says that the database before it was replaced: what went on, what is missing, and where the rest lies. */
import type { TraceData, TraceEvent, TraceEventKind } from '../../protocol/trace.ts';

export type Replacement = {
  readonly kind: 'store.recovered' | 'store.restored';
  readonly at: number;
  /** The frame that says so. */
  readonly seq: number;
  /** The last frame that the old chain and this one have in common. */
  readonly after: number;
  /** How many frames are known to be missing since. */
  readonly missing: number;
  /** How many checkpoints and lost heads were written down outside before; those beyond `after` may speak of the old chain. */
  readonly notes: number;
  readonly heads: number;
  /** Frames that came over without their payload. */
  readonly payloads: string;
  /** The folder with the old files, under the home. */
  readonly kept: string;
};

const KINDS: ReadonlySet<TraceEventKind> = new Set(['store.recovered', 'store.restored']);

export function replacementOf({ kind, at, seq, data }: TraceEvent): Replacement | undefined {
  if (!KINDS.has(kind)) return undefined;
  return {
    kind: kind as Replacement['kind'], // one of those above
    at,
    seq,
    // INVARIANT: what is not a number excuses nothing.
    after: count(data, 'after', Number.MAX_SAFE_INTEGER),
    missing: count(data, 'missing', 0),
    notes: count(data, 'notes', 0),
    heads: count(data, 'heads', 0),
    payloads: String(data['payloads'] ?? ''),
    kept: String(data['kept'] ?? ''),
  };
}

function count(data: TraceData, name: string, otherwise: number): number {
  const value = data[name];
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

/** Whether the checkpoint in this place of the file outside may speak of a chain that was replaced. */
export function excusesNote(replacements: readonly Replacement[], place: number, size: number): boolean {
  return replacements.some(({ notes, after }) => place < notes && size > after);
}

/** The same of a head that was once missing. */
export function excusesHead(replacements: readonly Replacement[], place: number, seq: number): boolean {
  return replacements.some(({ heads, after }) => place < heads && seq > after);
}

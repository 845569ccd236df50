/** Numbers of frames as text, such as `3,7-40`: how the chain names many of them in few words. */
export type SeqRange = { readonly from: number; readonly to: number };

const PART = /^(\d{1,15})(?:-(\d{1,15}))?$/;

/** What is no number or range names nothing. */
export function parseRanges(text: string): readonly SeqRange[] {
  return text.split(',').flatMap((part) => {
    const [, from, to = from] = PART.exec(part) ?? [];
    return from === undefined ? [] : [{ from: Number(from), to: Number(to) }];
  });
}

export function formatRanges(ranges: readonly SeqRange[]): string {
  return ranges.map(({ from, to }) => (from === to ? String(from) : `${from}-${to}`)).join(',');
}

/** Ascending numbers as ranges; `together` tells whether two that follow each other belong to one. */
export function rangesOf(
  seqs: Iterable<number>,
  together = (before: number, next: number): boolean => next === before + 1,
): readonly SeqRange[] {
  const ranges: { from: number; to: number }[] = [];
  for (const seq of seqs) {
    const last = ranges.at(-1);
    if (last !== undefined && together(last.to, seq)) last.to = seq;
    else ranges.push({ from: seq, to: seq });
  }
  return ranges;
}

/** Those of ascending entries that lie in a range. */
export function* within<T extends { readonly seq: number }>(
  entries: readonly T[],
  { from, to }: SeqRange,
): IterableIterator<T> {
  for (let at = firstFrom(entries, from); at < entries.length; at++) {
    const entry = entries[at];
    if (entry === undefined || entry.seq > to) return;
    yield entry;
  }
}

function firstFrom(entries: readonly { readonly seq: number }[], from: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle]?.seq ?? from) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}

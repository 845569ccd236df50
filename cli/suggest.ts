/** The nearest known word to a mistyped one. */

/** Further away than this it is another word, not a slip. */
const MAX_DISTANCE = 2;

export function suggest(word: string, known: readonly string[]): string | undefined {
  const byDistance = known
    .map((candidate) => ({ candidate, distance: editDistance(word, candidate) }))
    .filter(({ distance, candidate }) => distance <= MAX_DISTANCE && distance < candidate.length)
    .toSorted((a, b) => a.distance - b.distance);
  return byDistance[0]?.candidate ?? known.find((candidate) => word.length > 2 && candidate.startsWith(word));
}

/** Levenshtein distance, one row at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** How sure a median is: a bootstrap that gives the same answer for the same samples. */

export type Interval = { readonly low: number; readonly high: number };

const RESAMPLES = 1_000;
const CONFIDENCE = 0.95;

/** The 95 % interval of the median, by resampling with replacement. */
export function medianInterval(values: readonly number[]): Interval {
  const random = mulberry32(values.length);
  const medians = Array.from({ length: RESAMPLES }, () =>
    quantile(
      values.map(() => values[Math.floor(random() * values.length)] ?? Number.NaN),
      0.5,
    ),
  );
  return { low: quantile(medians, (1 - CONFIDENCE) / 2), high: quantile(medians, (1 + CONFIDENCE) / 2) };
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

/** A small generator with a seed; good enough to choose samples. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

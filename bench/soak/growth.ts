/** Whether a series of samples grows once it has warmed up: the slope of its later half against its own noise. */
import { quantile } from '../interval.ts';

export type Sample = { readonly at: number; readonly value: number };

export type Growth = {
  /** Over the later half of the run, by the median of all slopes. */
  readonly grown: number;
  /** What the samples scatter around that slope by. */
  readonly noise: number;
  readonly grows: boolean;
};

/** A slope below this many times the noise is none. */
const NOISES = 3;

/** `tolerance` is what may come and go: a descriptor in the middle of being closed, a file being replaced. */
export function growthOf(samples: readonly Sample[], tolerance: number): Growth {
  const later = samples.slice(Math.floor(samples.length / 2));
  const [first, last] = [later[0], later.at(-1)];
  if (first === undefined || last === undefined || later.length < 3) throw new Error('too few samples to tell growth');
  const slope = medianSlope(later);
  const grown = slope * (last.at - first.at);
  const offset = quantile(
    later.map(({ at, value }) => value - slope * at),
    0.5,
  );
  const noise = quantile(
    later.map(({ at, value }) => Math.abs(value - slope * at - offset)),
    0.5,
  );
  return { grown, noise, grows: grown > Math.max(tolerance, NOISES * noise) };
}

/** The slope of Theil and Sen: one wild sample, or a third of them, does not move it. */
function medianSlope(samples: readonly Sample[]): number {
  const slopes = samples.flatMap((one, index) =>
    samples.slice(index + 1).map((other) => (other.value - one.value) / (other.at - one.at)),
  );
  return quantile(slopes, 0.5);
}

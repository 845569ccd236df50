/** Paired, interleaved measuring: in every round each contender runs once, so that a busy moment hits all of them alike. */
import { medianInterval, quantile, type Interval } from './interval.ts';

export type Contender = {
  readonly name: string;
  /** Does the thing once. What it resolves to is ignored. */
  readonly run: () => unknown;
};

export type Rounds = { readonly warmup: number; readonly rounds: number };

export type Samples = { readonly name: string; readonly us: readonly number[] };

export type Row = {
  readonly name: string;
  readonly medianUs: number;
  readonly p99Us: number;
  /** Median over the rounds of this contender's time by the first contender's time in the same round. */
  readonly ratio: number;
  readonly ratioInterval: Interval;
};

export async function interleave(contenders: readonly Contender[], { warmup, rounds }: Rounds): Promise<Samples[]> {
  const samples = contenders.map(({ name }) => ({ name, us: [] as number[] }));
  for (let round = -warmup; round < rounds; round++) {
    for (const offset of contenders.keys()) {
      // Another one begins each round: coming right after a heavy one is a disadvantage that all should share.
      const index = (offset + Math.abs(round)) % contenders.length;
      const us = await timeUs(contenders[index]);
      if (round >= 0) samples[index]?.us.push(us);
    }
  }
  return samples;
}

async function timeUs(contender: Contender | undefined): Promise<number> {
  const startedAt = process.hrtime.bigint();
  await contender?.run();
  return Number(process.hrtime.bigint() - startedAt) / 1_000;
}

/** The first one is what the others are compared with. */
export function compare(samples: readonly Samples[]): Row[] {
  const [baseline] = samples;
  return samples.map(({ name, us }) => {
    const ratios = us.map((value, round) => value / (baseline?.us[round] ?? value));
    return {
      name,
      medianUs: quantile(us, 0.5),
      p99Us: quantile(us, 0.99),
      ratio: quantile(ratios, 0.5),
      ratioInterval: medianInterval(ratios),
    };
  });
}

export type Added = { readonly median: number; readonly p99: number; readonly interval: Interval };

/** What one contender takes longer than another, round by round. */
export function added(samples: readonly Samples[], name: string, than: string): Added {
  const base = samples.find((one) => one.name === than)?.us ?? [];
  const more = samples.find((one) => one.name === name)?.us.map((us, round) => us - (base[round] ?? Number.NaN)) ?? [];
  return { median: quantile(more, 0.5), p99: quantile(more, 0.99), interval: medianInterval(more) };
}

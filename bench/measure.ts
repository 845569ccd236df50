/** Paired, interleaved measuring: in every round each contender runs once, so that a busy moment hits all of them alike. */

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
  return samples.map(({ name, us }) => ({
    name,
    medianUs: quantile(us, 0.5),
    p99Us: quantile(us, 0.99),
    ratio: quantile(
      us.map((value, round) => value / (baseline?.us[round] ?? value)),
      0.5,
    ),
  }));
}

export function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? Number.NaN;
}

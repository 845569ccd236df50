/** The page of figures: the newest baseline of `bench/`, budget by budget. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

import { ROOT } from '../root.ts';
import { table } from './markdown.ts';

const Range = z.object({ low: z.number(), high: z.number() });

const Baseline = z.object({
  at: z.string(),
  machine: z.object({
    cpus: z.number(),
    memoryGb: z.number(),
    kernel: z.string(),
    node: z.string(),
    load: z.number(),
  }),
  budgets: z.array(
    z.object({
      path: z.string(),
      goal: z.string(),
      measured: z.number().nullable(),
      unit: z.string(),
      met: z.boolean().nullable(),
    }),
  ),
  results: z.array(
    z.object({
      scenario: z.string(),
      about: z.string(),
      rows: z.array(
        z.object({
          name: z.string(),
          medianUs: z.number(),
          p99Us: z.number(),
          ratio: z.number(),
          ratioInterval: Range,
        }),
      ),
      figures: z.array(z.object({ name: z.string(), value: z.number(), unit: z.string(), interval: Range.optional() })),
      skipped: z.string().optional(),
    }),
  ),
});
export type Baseline = z.infer<typeof Baseline>;

const NOTE = `Measured by \`npm run bench -- --long\` with the real daemon, the default policy and a trace on disk. What is
compared was run in turn, round by round, so that a busy moment hits all alike; ratios are medians over the rounds
with their 95 % interval (bootstrap). Times of different machines say nothing about each other; ratios do.`;
const EMPTY = 'Nothing was measured yet.';

/** The newest by its own date; baselines of an older form are kept as they are and not shown. */
export function newestBaseline(folder = join(ROOT, 'bench', 'baselines')): Baseline | undefined {
  const found = readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => {
      const read = Baseline.safeParse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
      return read.success ? [read.data] : [];
    });
  return found.toSorted((a, b) => a.at.localeCompare(b.at)).at(-1);
}

export function performancePage(baseline: Baseline | undefined): string {
  const head = ['# Performance', '<!-- Generated from bench/baselines/ by `npm run generate`; run `npm run bench` for new figures. -->'];
  if (baseline === undefined) return `${[...head, EMPTY].join('\n\n')}\n`;
  const budgets = table(
    ['path', 'goal', 'measured', 'met?'],
    baseline.budgets.map(({ path, goal, measured, unit, met }) => [path, goal, measured === null ? 'not measured' : amount(measured, unit), answer(met)]),
  );
  return `${[...head, NOTE, machineOf(baseline), '## Goals', budgets, ...baseline.results.flatMap(section)].join('\n\n')}\n`;
} // prettier-ignore

function machineOf({ at, machine }: Baseline): string {
  const { cpus, memoryGb, kernel, node, load } = machine;
  const busy = load > cpus ? ' Others used it meanwhile, so times are longer than on a quiet one.' : '';
  return `${at.slice(0, 10)}, a virtual machine with ${cpus} processors and ${memoryGb} GB, Linux ${kernel}, Node ${node.replace('v', '')}, load ${load.toFixed(1)}.${busy}`;
}

function section({ scenario, about, rows, figures, skipped }: Baseline['results'][number]): string[] {
  const blocks = [`## ${scenario}`, `${about}.`];
  if (skipped !== undefined) blocks.push(`Not measured: ${skipped}.`);
  const timed = rows.map(({ name, medianUs, p99Us, ratio, ratioInterval }) => [name, amount(medianUs, 'µs'), amount(p99Us, 'µs'), `${ratio.toFixed(2)}×`, range(ratioInterval, '×')]); // prettier-ignore
  if (timed.length > 0) blocks.push(table(['', 'median', 'p99', 'ratio', '95 %'], timed));
  const counted = figures.map(({ name, value, unit, interval }) => [name, amount(value, unit), interval === undefined ? '' : range(interval, unit)]); // prettier-ignore
  if (counted.length > 0) blocks.push(table(['', 'measured', '95 %'], counted));
  return blocks;
}

function answer(met: boolean | null): string {
  return met === null ? '—' : met ? 'yes' : '**no**';
}

function amount(value: number, unit: string): string {
  return unit === 'µs' && value >= 10_000 ? `${digits(value / 1_000)} ms` : `${digits(value)} ${unit}`;
}

function range({ low, high }: z.infer<typeof Range>, unit: string): string {
  return unit === '×' ? `${low.toFixed(2)}–${high.toFixed(2)}` : `${amount(low, unit)}–${amount(high, unit)}`;
}

function digits(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(value >= 10 ? 1 : 2);
}

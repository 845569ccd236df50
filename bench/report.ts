/** Tables for people, and a file for comparing with later. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';

import { kept } from './budgets.ts';
import type { Interval } from './interval.ts';
import type { Row } from './measure.ts';

export type Figure = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** What a budget finds it by. */
  readonly id?: string;
  readonly interval?: Interval;
};

/** What a scenario found; `skipped` says what it left out, and why. */
export type Result = {
  readonly scenario: string;
  readonly about: string;
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
  readonly skipped?: string;
};

export function printResult({ scenario, about, rows, figures, skipped }: Result): void {
  const lines = [`\n${scenario}: ${about}`];
  if (skipped !== undefined) lines.push(`  left out: ${skipped}`);
  if (rows.length > 0) lines.push(line(['', 'median', 'p99', 'ratio', '95 %']), ...rows.map(rowLine));
  lines.push(...figures.map(figureLine));
  process.stdout.write(`${lines.join('\n')}\n`);
}

export function printBudgets(results: readonly Result[]): void {
  const lines = kept(results).map(({ path, goal, measured, unit, met }) =>
    line([path, goal, measured === null ? 'not measured' : `${round(measured)} ${unit}`, met === null ? '' : met ? 'met' : 'missed']),
  ); // prettier-ignore
  process.stdout.write(`\nbudgets\n${lines.join('\n')}\n`);
}

function rowLine({ name, medianUs, p99Us, ratio, ratioInterval: { low, high } }: Row): string {
  const interval = `${low.toFixed(2)}–${high.toFixed(2)}`;
  return line([name, `${round(medianUs)} µs`, `${round(p99Us)} µs`, `${ratio.toFixed(2)}×`, interval]);
}

function figureLine({ name, value, unit, interval }: Figure): string {
  const cells = [name, `${round(value)} ${unit}`];
  return line(interval === undefined ? cells : [...cells, `${round(interval.low)}–${round(interval.high)}`]);
}

function line([name = '', ...cells]: readonly string[]): string {
  return `  ${name.padEnd(48)}${cells.map((cell) => cell.padStart(19)).join('')}`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

/** Figures of different machines say nothing about each other, so the kind of machine is part of the file. */
export function saveResults(folder: string, name: string, results: readonly Result[]): string {
  const file = join(folder, `${name}.json`);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    kernel: release().split('-')[0],
    node: process.version,
    // Above the number of processors, others wanted them too.
    load: loadavg()[0],
  };
  mkdirSync(folder, { recursive: true });
  const saved = { at: new Date().toISOString(), machine, budgets: kept(results), results };
  writeFileSync(file, `${JSON.stringify(saved, null, 2)}\n`);
  return file;
}

/** Tables for people, and a file for comparing with later. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';

import type { Row } from './measure.ts';

export type Figure = { readonly name: string; readonly value: number; readonly unit: string };

/** What a scenario found; `skipped` says why it found nothing. */
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
  if (rows.length > 0) lines.push(line(['', 'median', 'p99', 'ratio']), ...rows.map(rowLine));
  lines.push(...figures.map(({ name, value, unit }) => line([name, `${round(value)} ${unit}`])));
  process.stdout.write(`${lines.join('\n')}\n`);
}

function rowLine({ name, medianUs, p99Us, ratio }: Row): string {
  return line([name, `${round(medianUs)} µs`, `${round(p99Us)} µs`, `${ratio.toFixed(2)}×`]);
}

function line([name = '', ...cells]: readonly string[]): string {
  return `  ${name.padEnd(44)}${cells.map((cell) => cell.padStart(14)).join('')}`;
}

function round(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

/** Figures of different machines say nothing about each other, so the machine is part of the file. */
export function saveResults(folder: string, name: string, results: readonly Result[]): string {
  const file = join(folder, `${name}.json`);
  const machine = {
    cpus: cpus().length,
    model: cpus()[0]?.model,
    kernel: release().split('-')[0],
    node: process.version,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ at: new Date().toISOString(), machine, results }, null, 2)}\n`);
  return file;
}

/** What came of each scenario with each client: a cell of the table in `docs/reference/clients.md`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { ROOT } from '../../build/root.ts';
import type { Client } from './client.ts';

export type Scenario = 'harmless' | 'approved' | 'denied' | 'rewrite' | 'mcp' | 'killed' | 'dead' | 'late' | 'long';

export type Cell = {
  readonly version: string;
  /** In a few words. */
  readonly result: string;
  readonly traces: readonly string[];
};

export type Cells = Partial<Record<Scenario, Cell>>;

const FOLDER = join(ROOT, '.cache/clients/results');

export function readCells({ name }: Pick<Client, 'name'>): Cells {
  const file = join(FOLDER, `${name}.json`);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Cells) : {};
}

export function keepCell(client: Client, scenario: Scenario, result: string, traces: readonly string[]): void {
  const cells = { ...readCells(client), [scenario]: { version: client.version, result, traces } };
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, `${client.name}.json`), `${JSON.stringify(cells, undefined, 2)}\n`);
}

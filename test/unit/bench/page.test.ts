/** The page of figures says what the baseline says, and nothing nicer. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { kept } from '../../../bench/budgets.ts';
import { saveResults, type Result } from '../../../bench/report.ts';
import { newestBaseline, performancePage } from '../../../build/generate/performance-page.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const RESULTS: readonly Result[] = [
  {
    scenario: 'spawn',
    about: 'spawn and wait',
    rows: [{ name: 'bare', medianUs: 500, p99Us: 20_000, ratio: 1, ratioInterval: { low: 1, high: 1 } }],
    figures: [
      { id: 'shim-added', name: 'added by the shim', value: 300, unit: 'µs', interval: { low: 280, high: 320 } },
      { id: 'evaluations', name: 'evaluations/s', value: 9_000, unit: '/s' },
    ],
    skipped: 'the other guard could not be fetched',
  },
];

test(verifies('bench:page'), () => {
  const folder = tempFolder();
  saveResults(folder, 'now', RESULTS);
  writeFileSync(join(folder, 'old.json'), '{"at":"2999-01-01","results":[]}');
  const page = performancePage(newestBaseline(folder));
  for (const { path, measured } of kept(RESULTS)) {
    const row = page.split('\n').find((line) => line.startsWith(`| ${path} |`));
    expect(row, path).toBeDefined();
    expect(row?.includes('not measured')).toBe(measured === null);
  }
  expect(page).toMatch(/added to a bare spawn, median \| ≤ 0.4 ms \| 300 µs \| yes/);
  expect(page).toMatch(/evaluations a second \| ≥ 15,000\/s \| 9,000 \/s \| \*\*no\*\*/);
  expect(page).toContain('20.0 ms');
  expect(page).toContain('Not measured: the other guard could not be fetched.');
});

test('without a baseline the page says so', () => {
  const folder = join(tempFolder(), 'none');
  mkdirSync(folder);
  expect(newestBaseline(folder)).toBeUndefined();
  expect(performancePage(newestBaseline(folder))).toContain('Nothing was measured yet');
});

/** Runs vitest as a child, shows its output, and reads the counts from its JSON report. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { ROOT } from '../root.ts';
import { NOTHING, type Counts } from './counts.ts';

type Options = { readonly projects: readonly string[]; readonly filters: readonly string[] };

/** What we read of the report. */
type Report = {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
};

export async function runVitest({ projects, filters }: Options): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const child = spawn(process.execPath, [vitestBin(), ...options(reportFile, projects), ...filters], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    const [exitCode] = (await once(child, 'exit')) as [number | null];
    return countsOf(reportFile, exitCode);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function options(reportFile: string, projects: readonly string[]): string[] {
  const chosen = projects.map((name) => `--project=${name}`);
  return ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`, ...chosen];
}

/** A file that does not load, or an error outside a test, is one failure: vitest counts tests only. */
function countsOf(reportFile: string, exitCode: number | null): Counts {
  if (!existsSync(reportFile)) return { ...NOTHING, failed: 1 };
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  const failed = report.numFailedTests === 0 && exitCode !== 0 ? 1 : report.numFailedTests;
  return { passed: report.numPassedTests, failed, skipped: report.numPendingTests + report.numTodoTests };
}

function vitestBin(): string {
  return join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
}

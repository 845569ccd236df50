/** `countersign trace verify`: checks the trace without trusting the daemon that wrote it. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { VerifyReport } from '../../protocol/trace.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

const VERIFIER = fileURLToPath(new URL('../../daemon/trace/verify-main.ts', import.meta.url));

export const traceVerify: Command = {
  usage: ['trace verify'],
  about: 'Checks hashes, tree and signed checkpoints of the whole trace. Needs no daemon.',
  async run(input, context) {
    const report = await verifyTrace(context);
    if (input.flag('json')) context.printJson(report);
    else for (const line of reportLines(report, context)) context.print(line);
    return report.ok ? EXIT.ok : EXIT.failure;
  },
};

export function verifyTrace({ paths }: Context): Promise<VerifyReport> {
  const args = [VERIFIER, paths.traceDb, paths.witness, join(paths.keys, 'daemon.pub')];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { maxBuffer: 1024 * 1024 }, (error, stdout, stderr) => {
      const report = parseReport(stdout);
      if (report !== undefined) resolve(report);
      else
        reject(
          new Error(`the verifier failed: ${stderr.trim() || error?.message || 'no report'}`, {
            cause: error ?? undefined,
          }),
        );
    });
  });
}

/** It also exits with a code of its own when the trace does not hold; the report is what counts. */
function parseReport(stdout: string): VerifyReport | undefined {
  try {
    return VerifyReport.parse(JSON.parse(stdout));
  } catch {
    // The caller reports the verifier's own words.
    return undefined;
  }
}

export function reportLines(report: VerifyReport, { style }: Context): string[] {
  const lines = report.ok
    ? [`${style.green('✓')} ${plural(report.events, 'frame')}, none changed, moved or missing`]
    : [`${style.red('✗')} the trace does not hold${report.firstBad === undefined ? '' : ` from frame ${report.firstBad} on`}`];
  if (report.problem !== undefined) lines.push(`  ${printable(report.problem)}`);
  if (report.hint !== undefined) lines.push(style.dim(`  ${printable(report.hint)}`));
  return lines;
} // prettier-ignore

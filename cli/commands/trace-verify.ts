/** `countersign trace verify`: checks the trace without trusting the daemon that wrote it. */
import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

import { VerifyReport, type TraceGap } from '../../protocol/trace.ts';
import type { Command } from '../command.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { plural } from '../show/status.ts';
import { printable } from '../terminal/printable.ts';

const VERIFIER = fileURLToPath(new URL('../../daemon/trace/verify-main.ts', import.meta.url));

export const traceVerify: Command = {
  usage: ['trace verify [--file PATH]'],
  about:
    'Checks hashes, tree and signed checkpoints of the whole trace, or of a backup or a file set aside. Needs no daemon.',
  options: { file: { type: 'string', value: 'PATH', help: 'a folder that `trace backup` wrote, or a database' } },
  examples: ['countersign trace verify', 'countersign trace verify --file ~/backups/2026-11-20'],
  async run(input, context) {
    const file = input.text('file');
    const report = await verifyTrace(context, file === undefined ? undefined : resolve(context.cwd, file));
    if (input.flag('json')) context.printJson(report);
    else for (const line of reportLines(report, context)) context.print(line);
    return report.ok ? EXIT.ok : EXIT.failure;
  },
};

export function verifyTrace({ paths }: Context, file?: string): Promise<VerifyReport> {
  const args = [VERIFIER, ...places(paths, file), join(paths.keys, 'daemon.pub')];
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

/** A backup brings its own witness; a database alone has none. The key is always that of this home. */
function places({ traceDb, witness }: Context['paths'], file: string | undefined): readonly string[] {
  if (file === undefined) return [traceDb, witness];
  const isFolder = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  return isFolder ? [join(file, 'trace.db'), join(file, 'witness')] : [file, ''];
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
  const from = report.firstBad === undefined ? '' : ` from frame ${report.firstBad} on`;
  const broken =
    report.holds === true ? 'what is there holds, and something is missing' : `the trace does not hold${from}`;
  const lines = report.ok
    ? [`${style.green('✓')} ${plural(report.events, 'frame')}, none changed, moved or missing`]
    : [`${style.red('✗')} ${broken}`];
  if (report.problem !== undefined) lines.push(`  ${printable(report.problem)}`);
  for (const gap of report.gaps ?? []) lines.push(style.dim(`  ${gapWords(gap)}`));
  if (report.erased !== undefined)
    lines.push(style.dim(`  ${plural(report.erased.payloads, 'payload')} erased, as the chain tells`));
  if (report.hint !== undefined) lines.push(style.dim(`  ${printable(report.hint)}`));
  return lines;
}

function gapWords({ frame, kind, at, kept }: TraceGap): string {
  const did = kind === 'store.recovered' ? 'recovered' : 'restored from a backup';
  const where = kept === '' ? '' : `; what was there is kept in ${printable(kept)}`;
  return `frame ${frame}: ${did} on ${new Date(at).toISOString().slice(0, 10)}${where}`;
}

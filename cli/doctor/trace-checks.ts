/** The record: it can be written, it holds, and nothing waits outside it. */
import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';

import { verifyTrace } from '../commands/trace-verify.ts';
import { plural } from '../show/status.ts';
import { fail, ok, skipped, warn, word, type Check, type Finding } from './check.ts';
import type { Scene } from './scene.ts';

const MEGABYTE = 1024 * 1024;
/** The daemon denies what scores above 30 when it cannot write; a commit and its journal need this much. */
const NEEDED_BYTES = 16 * MEGABYTE;
const COMFORTABLE_BYTES = 512 * MEGABYTE;
/** Verifies in about a second; a larger trace is verified when asked for. */
const QUICK_BYTES = 64 * MEGABYTE;

export const TRACE_CHECKS: readonly Check[] = [
  { id: 'trace.space', group: 'Trace', needs: ['folder.home'], look: space },
  { id: 'trace.writable', group: 'Trace', needs: ['folder.home'], look: writable },
  { id: 'trace.verifies', group: 'Trace', needs: ['folder.home'], look: verifies },
  { id: 'trace.spool', group: 'Trace', needs: ['folder.home'], look: spool },
];

function space({ context: { paths } }: Scene): Finding {
  const { bavail, bsize } = statfsSync(paths.home);
  const free = bavail * bsize;
  const words = `${Math.round(free / MEGABYTE)} MB free`;
  const remedy = `df -h ${word(paths.home)}`;
  if (free < NEEDED_BYTES) return fail(`${words}: the record cannot be written for long, and what is risky is denied`, remedy);
  return free < COMFORTABLE_BYTES ? warn(words, remedy) : ok(words);
} // prettier-ignore

function writable({ context: { paths } }: Scene): Finding {
  const missing = [paths.home, paths.traceDb, paths.witness].filter(existsSync).find((path) => !isWritable(path));
  if (missing === undefined) return ok('the record can be written');
  return fail(`${missing} cannot be written`, `ls -ld ${word(missing)}; mount | grep "$(df --output=target ${word(missing)} | tail -1)"`);
} // prettier-ignore

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    // Whatever the reason, the daemon meets it as well.
    return false;
  }
}

async function verifies({ context, full }: Scene): Promise<Finding> {
  const { traceDb } = context.paths;
  const size = statSync(traceDb, { throwIfNoEntry: false })?.size;
  if (size !== undefined && size > QUICK_BYTES && !full) {
    return skipped(`the record has ${Math.round(size / MEGABYTE)} MB; \`countersign doctor --full\` verifies it`);
  }
  const { ok: whole, holds, events, problem, witnessedTo } = await verifyTrace(context);
  if (whole) return ok(`${plural(events, 'frame')}, none changed; witnessed outside up to ${witnessedTo}`);
  if (size === undefined && problem === 'there is no trace') return skipped(problem);
  // Set aside or restored: that frames are missing is shown for ever, and nothing is left to mend.
  if (holds === true)
    return warn(`what is there holds, and frames are missing: ${problem ?? ''}`, 'countersign trace verify');
  return fail(`the record does not hold: ${problem ?? ''}`, 'countersign trace verify');
}

/** What ran in observe mode while the daemon was away. */
function spool({ context: { paths } }: Scene): Finding {
  const files = ['asks.jsonl', 'importing.jsonl'].map((name) => statSync(`${paths.home}/spool/${name}`, { throwIfNoEntry: false }));
  const sizeBytes = files.reduce((sum, found) => sum + (found?.size ?? 0), 0);
  if (sizeBytes === 0) return ok('nothing waits to be recorded');
  return warn(`${Math.ceil(sizeBytes / 1024)} KB of commands that ran without the daemon are not recorded yet`, 'countersign down; countersign up');
} // prettier-ignore

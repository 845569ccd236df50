/** `verify-main.ts DATABASE WITNESS-FOLDER PUBLIC-KEY-FILE`, the second may be empty: prints a report, exits 0 when everything holds. */
import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';

import type { VerifyReport } from '../../protocol/trace.ts';
import { readAtRest } from './at-rest.ts';
import { verifyTrace } from './verify.ts';
import { readHead } from './witness.ts';

const [traceDb = '', witness = '', publicKeyFile = ''] = process.argv.slice(2);

function run(): VerifyReport {
  const witnessed = witness === '' ? 0 : (readHead(witness)?.seq ?? 0);
  if (!existsSync(traceDb))
    return witnessed > 0
      ? broken(`the trace is gone; it had at least ${witnessed} frames`, 'restore a backup')
      : broken('there is no trace', 'start the daemon with `countersign up`');
  try {
    const publicKey = createPublicKey(readFileSync(publicKeyFile));
    const outside = witness === '' ? undefined : witness;
    return readAtRest(traceDb, (path) => verifyTrace({ traceDb: path, witness: outside, publicKey }));
  } catch (error) {
    return broken(
      error instanceof Error ? error.message : String(error),
      'keep the files as they are and compare them with a backup',
    );
  }
}

function broken(problem: string, hint: string): VerifyReport {
  return { ok: false, events: 0, head: '', witnessedTo: 0, problem, hint };
}

const report = run();
process.stdout.write(`${JSON.stringify(report)}\n`);
process.exitCode = report.ok ? 0 : 1;

/** What has to hold after every kill. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import { VerifyReport, type StoredFrame } from '../../../protocol/trace.ts';
import { askOver } from '../../helpers/wire.ts';
import type { Acknowledged } from './clients.ts';
import type { Victim } from './victim.ts';

/** While the daemon is dead: the chain, the tree, the checkpoints and the witness outside agree, and nothing was mended. */
export async function inspectFiles({ paths }: Victim): Promise<string[]> {
  const verifier = join(ROOT, 'daemon/trace/verify-main.ts');
  const text = await new Promise<string>((resolve) => {
    execFile(process.execPath, [verifier, paths.traceDb, paths.witness, join(paths.keys, 'daemon.pub')], (_, stdout) =>
      resolve(stdout),
    );
  });
  const report = VerifyReport.parse(JSON.parse(text));
  if (!report.ok) return [`the trace does not verify: ${text}`];
  return (report.gaps ?? []).length === 0 ? [] : [`the store was mended: ${text}`];
}

/** With the daemon back: every acknowledged decision is in the trace as it was told. */
export async function inspectTrace(victim: Victim, acknowledged: readonly Acknowledged[]): Promise<string[]> {
  const problems: string[] = [];
  for (const one of acknowledged) {
    const frames = await victim.control.call('trace', { params: { id: one.traceId } });
    if (!frames.some((frame) => tells(frame, one))) {
      const found = frames.map(({ event }) => `${event.kind} ${JSON.stringify(event.data)}`).join('; ');
      problems.push(
        `${one.what} ${one.verdict} of ${one.argv.join(' ')} (${one.traceId}) is not in the trace: ${found}`,
      );
    }
  }
  return problems;
}

function tells({ event }: StoredFrame, { what, verdict }: Acknowledged): boolean {
  if (what === 'verdict') return event.kind === 'action.decided' && event.data['verdict'] === verdict;
  return event.kind === 'approval.voted' && event.data['decision'] === verdict;
}

/** What a human denied is denied without another question. */
export async function inspectDenials(victim: Victim, denied: readonly (readonly string[])[]): Promise<string[]> {
  const problems: string[] = [];
  for (const argv of denied) {
    const ask = askOver(victim.paths.agentSocket, argv, '/');
    const first = await Promise.race([ask.reply, ask.held.catch(() => ask.reply)]);
    ask.hangUp();
    if (first?.type !== 'verdict' || first.code !== 'denied_before') {
      problems.push(`\`${argv.join(' ')}\` was denied and is now answered with ${JSON.stringify(first)}`);
    }
  }
  return problems;
}

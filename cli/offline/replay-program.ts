/** Starts the program that replays, and hands on what it says; it reads the trace, which no command opens itself. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

import type { PolicySource } from '../../daemon/policy/schema.ts';
import type { Paths } from '../../protocol/paths.ts';
import { ReplayLine, type ReplayedAction, type ReplaySummary } from '../../protocol/replay.ts';
import { regoInForce } from './rego-in-force.ts';

const PROGRAM = fileURLToPath(new URL('../../daemon/replay/replay-main.ts', import.meta.url));

export type { PolicySource };
export type Selection = { readonly traceId: string } | { readonly sinceMs: number };

export type ReplayOptions = {
  readonly selection: Selection;
  readonly sources: readonly PolicySource[];
  /** With the whole assessment of each action. */
  readonly whole?: boolean;
  readonly onAction: (action: ReplayedAction) => Promise<void> | void;
};

/** Needs no daemon, and is in nobody's way when there is one. */
export async function replayTrace(paths: Paths, options: ReplayOptions): Promise<ReplaySummary> {
  const { selection, sources, whole = false, onAction } = options;
  const child = spawn(process.execPath, [PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] });
  // It may end before it has read everything; what it says then is what counts.
  child.stdin.on('error', () => undefined);
  child.stdin.end(JSON.stringify({ traceDb: paths.traceDb, selection, sources, rego: regoInForce(paths), whole }));
  let summary: ReplaySummary | undefined;
  for await (const text of createInterface({ input: child.stdout, crlfDelay: Infinity })) {
    const line = ReplayLine.parse(JSON.parse(text));
    if ('action' in line) await onAction(line.action);
    else if ('summary' in line) ({ summary } = line);
    else throw new Error(`${line.problem}; ${line.hint}`);
  }
  if (summary === undefined) throw new Error('the replay ended before its end; run it again');
  return summary;
}

/** The program that replays, on a trace of the test. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

import type { ReplayRequest } from '../../../daemon/replay/request.ts';
import { ReplayLine, type ReplayedAction, type ReplaySummary } from '../../../protocol/replay.ts';
import { NODE, REPOSITORY } from '../../helpers/daemon.ts';

const PROGRAM = join(REPOSITORY, 'daemon/replay/replay-main.ts');

export type Replayed = { readonly actions: readonly ReplayedAction[]; readonly summary: ReplaySummary };

export function replayed(
  request: Omit<ReplayRequest, 'selection' | 'whole'> & Partial<ReplayRequest>,
  env: Readonly<Record<string, string>> = {},
): Replayed {
  const input = JSON.stringify({ selection: { sinceMs: 0 }, whole: false, ...request });
  const output = execFileSync(NODE, [PROGRAM], {
    input,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    maxBuffer: 64 * 1024 * 1024,
  });
  const lines = output
    .trimEnd()
    .split('\n')
    .map((line) => ReplayLine.parse(JSON.parse(line)));
  const last = lines.pop();
  if (last === undefined || !('summary' in last)) throw new Error(`no summary: ${output}`);
  return { actions: lines.flatMap((line) => ('action' in line ? [line.action] : [])), summary: last.summary };
}

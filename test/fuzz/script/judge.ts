/** Judges with the default policy in a made-up world: texts as given, everything else unknown. */
import { join } from 'node:path';

import { ROOT } from '../../../build/root.ts';
import { assess } from '../../../daemon/engine/assess.ts';
import { noParsers, loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import type { Parsers } from '../../../daemon/engine/types.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import type { Action } from '../../../protocol/action.ts';
import type { Assessment } from '../../../protocol/assessment.ts';
import { factKey, type FactNeed, type FactValue } from '../../../protocol/facts.ts';

const { policy } = loadPolicies(readPolicyFolder(join(ROOT, 'policies/default'), 'built-in'));
const MAX_ROUNDS = 8;

let parsers: Parsers = noParsers;

export async function loadParsers(): Promise<void> {
  parsers = await loadSqlParsers();
}

export function parseSql(...given: Parameters<Parsers['sql']>): ReturnType<Parsers['sql']> {
  return parsers.sql(...given);
}

/** What files and aliases say, whatever their name. */
export type World = { readonly text?: string; readonly alias?: string };

export function judged(action: Action, world: World = {}): Assessment {
  const facts = new Map<string, FactValue>();
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const result = assess(action, facts, policy, parsers);
    if (result.kind === 'assessed') return result.assessment;
    for (const need of result.needs) facts.set(factKey(need), answered(need, world));
  }
  const last = assess(action, facts, policy, parsers, { final: true });
  if (last.kind !== 'assessed') throw new Error('a final assessment asked for more');
  return last.assessment;
}

function answered(need: FactNeed, { text, alias }: World): FactValue {
  if (need.kind === 'text' && text !== undefined) return { known: true, data: { kind: 'text', exists: true, text, digest: '0'.repeat(64) } }; // prettier-ignore
  if (need.kind === 'git-alias' && alias !== undefined) return { known: true, data: { kind: 'git-alias', value: alias } }; // prettier-ignore
  if (need.kind === 'session') return { known: true, data: { kind: 'session', denied: [], secretsRead: [] } };
  return { known: false, reason: 'nothing is known here' };
}

export function execOf(argv: readonly string[]): Action {
  return { kind: 'exec', argv: [...argv], stdin: 'null', cwd: '/work/app', env: {}, agent: 'fuzz', session: 's' };
}

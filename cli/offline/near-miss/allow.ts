/** The allowances that let one action pass, each as narrow as it can be said. */
import { stringify } from 'yaml';

import type { Effect } from '../../../protocol/effect.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import type { Ground } from './draft.ts';
import { effectBehind, judgeAgain, type NearMiss } from './near-miss.ts';
import { exactMatchOf } from './names.ts';

type Allowance = {
  readonly id: string;
  readonly on: string;
  readonly match: object;
  readonly rules: string[];
  readonly reason: string;
};

/** An action that this many rules hold is not one to allow by a few lines. */
const MAX_RULES = 20;

/** Throws in words for a person when it cannot be allowed. */
export function allowances(miss: NearMiss, id: string, reason: string, { sources, parsers }: Ground): readonly Allowance[] {
  const entries = new Map<string, Allowance>();
  for (let round = 0; round < MAX_RULES; round++) {
    const text = stringify({ version: 1, ...(entries.size > 0 && { allow: [...entries.values()] }) });
    const { policy, problems } = loadPolicies([...sources, { layer: 'user', file: 'allow.yaml', text }]);
    const [problem] = problems;
    if (problem !== undefined) throw new Error(`it cannot be allowed: ${problem.message}`);
    const { assessment } = judgeAgain(miss, policy, parsers);
    if (assessment.verdict === 'allow' && entries.size === 0) throw new Error('it is allowed already');
    if (assessment.verdict === 'allow') return [...entries.values()];
    const named = new Set([...entries.values()].flatMap(({ rules }) => rules));
    const holds = assessment.findings.find(({ rule, role }) => role !== 'modifier' && !rule.includes('/') && !named.has(rule));
    const effect = holds && effectBehind(assessment, holds, policy);
    if (holds === undefined || effect === undefined) break;
    const key = JSON.stringify([effect.kind, effect.targets]);
    const known = entries.get(key);
    if (known === undefined) entries.set(key, entryFor(miss, effect, `${id}-${entries.size + 1}`, holds.rule, reason, assessment.operations[effect.operation]));
    else known.rules.push(holds.rule);
  }
  throw new Error('it cannot be allowed: what holds it is forced, was denied before, or is not for you to loosen');
} // prettier-ignore

function entryFor(
  { action }: NearMiss,
  effect: Effect,
  id: string,
  rule: string,
  reason: string,
  operation: Parameters<typeof exactMatchOf>[1],
): Allowance {
  const match = exactMatchOf(effect, operation, action);
  if (match === undefined) throw new Error('it cannot be allowed: nobody can tell beforehand what it falls on');
  return { id, on: effect.kind, match, rules: [rule], reason };
}

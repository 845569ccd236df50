/** An action out of the trace that a rule is made from, and how it is judged. */
import type { Action } from '../../../protocol/action.ts';
import type { Assessment, Finding } from '../../../protocol/assessment.ts';
import type { Effect, EffectKind } from '../../../protocol/effect.ts';
import { factKey, type FactRecord } from '../../../protocol/facts.ts';
import { assess } from '../../../daemon/engine/assess.ts';
import type { CompiledPolicy } from '../../../daemon/engine/policy.ts';
import type { Parsers } from '../../../daemon/engine/types.ts';

export type NearMiss = {
  readonly traceId: string;
  readonly at: number;
  readonly action: Action;
  readonly facts: readonly FactRecord[];
};

export type Judged = { readonly assessment: Assessment; readonly used: ReadonlySet<string> };

/** From what was recorded and nothing else. */
export function judgeAgain({ action, facts }: NearMiss, policy: CompiledPolicy, parsers: Parsers): Judged {
  const known = new Map(facts.map(({ need, value }) => [factKey(need), value]));
  const result = assess(action, known, policy, parsers, { final: true });
  if (result.kind !== 'assessed') throw new Error('a final assessment asked for more facts');
  return { assessment: result.assessment, used: new Set(result.used) };
}

/** What reading and looking at things is not worth a rule, as long as there is anything else. */
const QUIET: ReadonlySet<EffectKind> = new Set(['file.read', 'vcs.read', 'db.read', 'cluster.read', 'infra.read', 'cloud.read', 'code.run']); // prettier-ignore

/** The effect that a finding is about; of an action that no rule speaks of, the one that matters most. */
export function effectBehind(assessment: Assessment, finding: Finding | undefined, policy: CompiledPolicy): Effect | undefined {
  const { effects } = assessment;
  const own = effects.filter(({ operation }) => finding === undefined || operation === finding.operation);
  const spoken = own.find(({ kind }) => policy.rulesFor(kind).some(({ id }) => id === finding?.rule));
  return spoken ?? own.find(({ kind }) => !QUIET.has(kind)) ?? own[0] ?? effects[0];
} // prettier-ignore

export function baseOf({ findings }: Assessment): Finding | undefined {
  return findings.find(({ role }) => role === 'base');
}

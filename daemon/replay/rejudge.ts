/** Judges a recorded action again, from what was recorded with it and nothing else. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { factKey, type FactNeed, type FactRecord } from '../../protocol/facts.ts';
import { assess } from '../engine/assess.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { Parsers } from '../engine/types.ts';

export type Rejudged = {
  readonly assessment: Assessment;
  /** Asked for and not among the facts. */
  readonly unrecorded: readonly FactNeed[];
};

/** INVARIANT: the same action, facts, policy and engine give the bytes that the gate recorded. */
export function rejudge(
  { action, facts }: { readonly action: Action; readonly facts: readonly FactRecord[] },
  policy: CompiledPolicy,
  parsers: Parsers,
): Rejudged {
  const known = new Map(facts.map(({ need, value }) => [factKey(need), value]));
  const first = assess(action, known, policy, parsers);
  if (first.kind === 'assessed') return { assessment: first.assessment, unrecorded: [] };
  // What is not among the facts cannot be looked at any more: the gate's way to go on when it may not look.
  const last = assess(action, known, policy, parsers, { final: true });
  if (last.kind !== 'assessed') throw new Error('a final assessment asked for more facts');
  return { assessment: last.assessment, unrecorded: first.needs };
}

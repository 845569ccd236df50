/** Judges one action: asks the engine, looks at what it needs, asks again. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { factKey, type FactRecord, type FactValue } from '../../protocol/facts.ts';
import { assess } from '../engine/assess.ts';
import type { CompiledPolicy } from '../engine/policy.ts';
import type { LazyParsers } from '../engine/sql/load.ts';
import type { PolicyKeeper } from '../facts/kept-policies.ts';
import type { RegoAsker } from '../policy/rego/rego.ts';
import { factsDigest } from './digest.ts';

export type Judgement = {
  readonly assessment: Assessment;
  readonly facts: readonly FactRecord[];
  readonly factsDigest: string;
};

export type JudgeParts = {
  readonly policy: () => CompiledPolicy;
  readonly parsers: LazyParsers;
  readonly looker: PolicyKeeper;
  readonly rego: RegoAsker;
};

/** A look may raise another question (an alias, then its target); deeper chains stay unknown. */
const MAX_ROUNDS = 8;

export async function judge({ policy, parsers, looker, rego }: JudgeParts, action: Action): Promise<Judgement> {
  // One policy for the whole judgement, whatever is loaded meanwhile.
  const inForce = policy();
  // What was seen a moment ago spares most actions the only question they raise.
  const recent = looker.recent?.(action.cwd);
  const records: FactRecord[] = recent === undefined ? [] : [recent];
  const facts = new Map<string, FactValue>(records.map(({ need, value }) => [factKey(need), value]));
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const result = assess(action, facts, inForce, parsers);
    if (parsers.wanting() && (await parsers.loadWanted())) continue;
    if (result.kind === 'assessed') return judgementOf(result.assessment, records);
    const { needs, about } = result;
    const found = about === undefined ? looker.look(needs) : rego.answer(needs, { action, about, facts: records });
    for (const record of await found) {
      records.push(record);
      facts.set(factKey(record.need), record.value);
    }
  }
  let last = assess(action, facts, inForce, parsers, { final: true });
  if (await parsers.loadWanted()) last = assess(action, facts, inForce, parsers, { final: true });
  if (last.kind !== 'assessed') throw new Error('a final assessment asked for more facts');
  return judgementOf(last.assessment, records);
}

function judgementOf(assessment: Assessment, facts: readonly FactRecord[]): Judgement {
  return { assessment, facts, factsDigest: factsDigest(facts) };
}

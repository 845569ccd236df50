/** How an action would be judged, for somebody who only wants to know. */
import type { Action } from '../../protocol/action.ts';
import type { ExplainResponse } from '../../protocol/agent-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { FactRecord } from '../../protocol/facts.ts';
import { restorableOf } from '../engine/what-comes-back.ts';
import type { Turns } from '../limits/turns.ts';
import type { GateParts } from './gate-parts.ts';
import { judge } from './judge-action.ts';

export type Explained = Omit<ExplainResponse, 'problems'>;

/** INVARIANT: the same judging as before an action runs, in its turn; without a frame, a count or a memory of it. */
export async function explain(parts: GateParts & { readonly turns: Turns }, given: Action): Promise<Explained> {
  if (parts.turns.isFull(given.session)) throw new CountersignError('too_busy');
  const { action } = parts.redactor.redactAction(given);
  const unhurried = new AbortController().signal;
  const judgement = await parts.turns.take(action.session, unhurried, () => judge(parts, action));
  const restorable = restorableOf(judgement);
  return {
    assessment: judgement.assessment,
    facts: judgement.facts.map(withoutText),
    ...(restorable === undefined ? {} : { restorable }),
  };
}

/** INVARIANT: whoever may ask may not read, and nothing is recorded of it: what stands in a file is not told. */
function withoutText({ need, value }: FactRecord): FactRecord {
  return value.known && value.data.kind === 'text' ? { need, value: { known: true, data: { ...value.data, text: '' } } } : { need, value }; // prettier-ignore
}

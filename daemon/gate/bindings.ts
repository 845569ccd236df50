/** What an approval is bound to beyond the action itself, and whether that still holds when it is released. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { factKey, type FactNeed, type FactRecord } from '../../protocol/facts.ts';
import { digestOf } from './digest.ts';
import type { Judgement } from './judge-action.ts';

/** The executable and the folder, to be looked at when the action is held and again before it is released. */
export function bindingNeeds(action: Action): readonly FactNeed[] {
  const folder: FactNeed = { kind: 'path', path: action.cwd };
  if (action.kind !== 'exec' || action.executable === undefined) return [folder];
  return [folder, { kind: 'path', path: action.executable }];
}

/** In words, for the prompt: what could change between the yes and the execution without being noticed. */
export function unboundParts(action: Action, bindings: readonly FactRecord[]): readonly string[] {
  const parts: string[] = [];
  if (action.kind === 'exec' && action.executable === undefined) parts.push('which file would be executed');
  for (const { need, value } of bindings) {
    if (need.kind !== 'path' || need.path === action.cwd) continue;
    if (!value.known) parts.push(`the content of ${need.path}`);
    else if (value.data.kind === 'path' && value.data.digest === undefined)
      parts.push(`the content of ${need.path}, too large to compare`);
  }
  return parts;
}

/** What changed since the human was asked so that they have to be asked again; `undefined` when nothing did. */
export function whatChanged(before: Bound, after: Bound): string | undefined {
  if (after.judgement.assessment.score > before.judgement.assessment.score) return 'the risk rose';
  if (intentOf(after.judgement.assessment) !== intentOf(before.judgement.assessment)) return 'what it would do changed';
  if (digestOf(after.bindings) !== digestOf(before.bindings)) return 'the executable or the folder changed';
  if (textsOf(after.judgement) !== textsOf(before.judgement)) return 'a file it would run changed';
  return undefined;
}

export type Bound = { readonly judgement: Judgement; readonly bindings: readonly FactRecord[] };

function intentOf({ effects, operations }: Assessment): string {
  return digestOf({ operations, effects: effects.map(({ kind, targets }) => ({ kind, targets })) });
}

function textsOf({ facts }: Judgement): string {
  return digestOf(facts.filter((fact) => fact.need.kind === 'text').map((fact) => [factKey(fact.need), fact.value]));
}

/** What an approval is bound to beyond the action itself, and whether that still holds when it is released. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { factKey, type FactData, type FactNeed, type FactRecord, type TreeCounts } from '../../protocol/facts.ts';
import { digestOf, isHistory } from './digest.ts';
import type { Judgement } from './judge-action.ts';

/** The executable and the folder, to be looked at when the action is held and again before it is released. */
export function bindingNeeds(action: Action): readonly FactNeed[] {
  const folder: FactNeed = { kind: 'path', path: action.cwd };
  if (action.kind !== 'exec' || action.executable === undefined) return [folder];
  return [folder, { kind: 'path', path: action.executable }];
}

/** In words, for the prompt: what could change between the yes and the execution without being noticed. */
export function unboundParts(action: Action, bindings: readonly FactRecord[]): readonly string[] {
  const unseen = bindings.filter(({ need, value }) => need.kind === 'path' && need.path !== action.cwd && !value.known);
  const parts = unseen.map(({ need }) => `which program ${need.kind === 'path' ? need.path : ''} is by then`);
  return action.kind === 'exec' && action.executable === undefined ? [...parts, 'which program is started'] : parts;
}

/** What changed since the human was asked so that they have to be asked again; `undefined` when nothing did. */
export function whatChanged(before: Bound, after: Bound): string | undefined {
  if (after.judgement.assessment.score > before.judgement.assessment.score) return 'the risk rose';
  if (intentOf(after.judgement.assessment) !== intentOf(before.judgement.assessment)) return 'what it would do changed';
  if (digestOf(after.bindings) !== digestOf(before.bindings)) return 'the program or the folder changed';
  if (opinionIn(after.judgement.facts) !== opinionIn(before.judgement.facts)) return 'the Rego policy says otherwise';
  return factChange(before.judgement.facts, after.judgement.facts);
}

/** What a policy beside the rules said, whenever it was asked. */
function opinionIn(facts: readonly FactRecord[]): string {
  const value = facts.find(({ need }) => need.kind === 'rego')?.value;
  if (value?.known !== true || value.data.kind !== 'rego') return 'none';
  const { findings, verdict } = value.data;
  return JSON.stringify({ findings, verdict });
}

export type Bound = { readonly judgement: Judgement; readonly bindings: readonly FactRecord[] };

function intentOf({ effects, operations }: Assessment): string {
  return digestOf({ operations, effects: effects.map(({ kind, targets }) => ({ kind, targets })) });
}

/** Less to lose is no reason to ask again; anything else that was looked at has to be as it was. */
function factChange(before: readonly FactRecord[], after: readonly FactRecord[]): string | undefined {
  const now = new Map(after.map((record) => [factKey(record.need), record.value]));
  for (const { need, value } of before) {
    if (isHistory(need) || !value.known) continue;
    const current = now.get(factKey(need));
    if (current?.known !== true) return 'something could not be looked at again';
    if (sameOrLess(value.data, current.data)) continue;
    return need.kind === 'text' || need.kind === 'git-alias'
      ? 'a file it would run changed'
      : 'what it would act on changed';
  }
  return undefined;
}

function sameOrLess(before: FactData, now: FactData): boolean {
  if (digestOf(before) === digestOf(now)) return true;
  if (before.kind === 'tree' && now.kind === 'tree') {
    // The same name may lead somewhere else by now.
    return now.realPath === before.realPath && now.location === before.location && noMore(before.counts, now.counts);
  }
  if (before.kind === 'git-clean' && now.kind === 'git-clean') {
    return now.paths.every((path) => before.paths.includes(path)) && noMore(before.counts, now.counts);
  }
  if (before.kind === 'restorable' && now.kind === 'restorable')
    return now.notRestorable.length + now.more <= before.notRestorable.length + before.more;
  if (before.kind === 'repo' && now.kind === 'repo')
    return now.root === before.root && now.dirtyFiles <= before.dirtyFiles;
  return before.kind === 'path' && now.kind === 'path' && now.type === 'missing';
}

function noMore(before: TreeCounts, now: TreeCounts): boolean {
  const counted = ['files', 'tracked', 'dirty', 'untracked', 'ignored'] as const;
  return (
    counted.every((name) => now[name] <= before[name]) && now.precious.every((name) => before.precious.includes(name))
  );
}

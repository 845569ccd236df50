/** Goes through the operations of an action in order, each of them in the world that the ones before it left. */
import type { Finding } from '../../../protocol/assessment.ts';
import { linksMadeBy } from '../catalog/links.ts';
import type { EffectDraft, Lookup, ParsedOperation } from '../types.ts';
import type { Loose } from '../understand/run.ts';
import { lookupAfter, type Change, type LaterLookup } from './after.ts';
import { arrivalsOf } from './arrivals.ts';
import { broughtBy } from './relocations.ts';
import { repositoryStep } from './repository-steps.ts';

/** The rule of the finding that says what an earlier step changed. */
export const EARLIER_STEP = 'action.earlier-step';

/** What an operation does before it is measured, and how it is measured once its own steps are known. */
export type Step = {
  readonly drafts: readonly EffectDraft[];
  readonly measured: (draft: EffectDraft, lookup: Lookup) => readonly EffectDraft[];
  /** What needs no measure. */
  readonly more: readonly EffectDraft[];
};

export type Followed = { readonly effects: readonly (readonly EffectDraft[])[]; readonly notes: readonly Finding[]; readonly lookups: readonly Lookup[] }; // prettier-ignore

/** @param understood drafts of one operation, asked in the world before it. */
export function inOrder(
  operations: readonly ParsedOperation[],
  loose: readonly Loose[],
  lookup: Lookup,
  begin: () => (operation: ParsedOperation, lookup: Lookup) => Step,
): Followed {
  const once = follow(operations, lookup, begin(), () => []);
  const later = once.changes.flatMap((changes, index) => changes.map((change) => ({ index, change })));
  const early = (index: number): readonly Change[] =>
    later.filter((other) => other.index > index && mayComeFirst(other.index, index, loose)).map(({ change }) => change);
  if (!operations.some((_, index) => early(index).length > 0)) return once;
  return follow(operations, lookup, begin(), early);
}

/** Of a loop, a pipeline, or what runs in the background nobody knows which step comes first. */
function mayComeFirst(later: number, index: number, loose: readonly Loose[]): boolean {
  return loose.some(({ from, to }) => index >= from && later < to);
}

function follow(
  operations: readonly ParsedOperation[],
  base: Lookup,
  stepOf: (operation: ParsedOperation, lookup: Lookup) => Step,
  early: (index: number) => readonly Change[],
): Followed & { readonly changes: readonly (readonly Change[])[] } {
  const links = new Map<string, string>();
  let past: readonly Change[] = [];
  const all = operations.map((operation, index) => {
    const world = lookupAfter(base, [...past, ...early(index)]);
    const { drafts, measured, more } = stepOf(operation, world);
    const own = changesBy(operation, drafts, links, world);
    const within = own.some(({ kind }) => kind === 'arrival') ? lookupAfter(base, [...past, ...early(index), ...own]) : world; // prettier-ignore
    const effects = [...drafts.flatMap((draft) => measured(draft, takesAway(draft) ? within : world)), ...more];
    for (const [link, to] of linksMadeBy(operation)) links.set(link, to);
    past = [...past.filter((change) => !isSettledBy(change, own)), ...own];
    return { effects, own, world: within, notes: notesOf(index, effects, [world, within]) };
  });
  return {
    effects: all.map(({ effects }) => effects),
    changes: all.map(({ own }) => own),
    lookups: all.map(({ world }) => world),
    notes: all.flatMap(({ notes }) => notes),
  };
}

function changesBy(
  operation: ParsedOperation,
  drafts: readonly EffectDraft[],
  links: ReadonlyMap<string, string>,
  world: Lookup,
): readonly Change[] {
  const step = repositoryStep(operation, drafts);
  return [...arrivalsOf(broughtBy(operation, drafts), operation, links, world), ...(step === undefined ? [] : [step])];
}

/** A program that moves and deletes does so in an order that nobody reads. */
function takesAway({ kind }: EffectDraft): boolean {
  return kind === 'file.delete' || kind === 'vcs.discard';
}

/** What is committed is no longer only staged. */
function isSettledBy(change: Change, own: readonly Change[]): boolean {
  const commits = own.some((step) => step.kind === 'repository' && step.does.has('grows'));
  return commits && change.kind === 'repository' && change.does.size === 1 && change.does.has('stages');
}

function notesOf(operation: number, effects: readonly EffectDraft[], worlds: readonly LaterLookup[]): Finding[] {
  if (effects.length === 0) return [];
  const notes = new Set(worlds.flatMap((world) => [...world.notes]));
  return [...notes].map((reason) => ({ rule: EARLIER_STEP, points: 0, reason, role: 'also', operation }));
}

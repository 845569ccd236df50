/** Goes through the operations of an action in order, each of them in the world that the ones before it left. */
import type { Finding } from '../../../protocol/assessment.ts';
import { linksMadeBy } from '../catalog/links.ts';
import type { EffectDraft, Lookup, ParsedOperation } from '../types.ts';
import type { Loose } from '../understand/run.ts';
import type { Understanding } from '../understand/understand.ts';
import type { Change, World } from './after.ts';
import { arrivalsOf } from './arrivals.ts';
import { broughtBy } from './relocations.ts';
import { repositoryStep } from './repository-steps.ts';
import { lookingInto, MAX_CHANGES, newEffort, worldAfter, type LaterLookup } from './world.ts';
import { selectionBy, type Selected, type Selection } from './selections.ts';

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

/** What an operation does, in the world before it and with what was selected before it. */
export type Begin = (operation: ParsedOperation, lookup: Lookup, selected: readonly Selected[]) => Step;

/** @param start the world before the action. */
export function inOrder(understanding: Understanding, start: World, begin: () => Begin): Followed {
  const { operations, loose } = understanding;
  const once = follow(understanding, start, begin(), () => []);
  const early = operations.map((_, index) => earlyAt(index, once.changes, loose));
  if (!early.some((changes) => changes.length > 0)) return once;
  return follow(understanding, start, begin(), (index) => early[index] ?? []);
}

/** Of a loop, a pipeline, or what runs in the background nobody knows which step comes first. */
function earlyAt(index: number, changes: readonly (readonly Change[])[], loose: readonly Loose[]): readonly Change[] {
  const end = loose.reduce((last, { from, to }) => (index >= from ? Math.max(last, to) : last), 0);
  const early: Change[] = [];
  for (let later = index + 1; later < end && early.length <= MAX_KEPT; later++) early.push(...(changes[later] ?? []));
  return early;
}

/** INVARIANT: of more than are followed each world is unsure, so those after them change nothing. */
const MAX_KEPT = 4 * MAX_CHANGES;

function follow(
  { operations, certain }: Understanding,
  start: World,
  stepOf: Begin,
  early: (index: number) => readonly Change[],
): Followed & { readonly changes: readonly (readonly Change[])[] } {
  const until = new Map(certain.map(({ from, to }) => [from, to]));
  const worldOf = worldsOn(start);
  const links = new Map<string, string>();
  let past: readonly Past<Change>[] = [];
  let selected: readonly Past<Selection>[] = [];
  const all = operations.map((operation, index) => {
    const worked = ({ at }: Past<unknown>): boolean => index < (until.get(at) ?? 0);
    const before = [...past.map((one) => sureOf(one.what, worked(one))), ...early(index)];
    const world = lookingInto(worldOf(before), start);
    const { drafts, measured, more } = stepOf(operation, world, selected.map((one) => ({ ...one.what, certain: worked(one) }))); // prettier-ignore
    const own = changesBy(operation, drafts, links, world);
    const moves = own.some(({ kind }) => kind === 'arrival') && drafts.some(takesAway);
    const within = moves ? lookingInto(worldOf([...before, ...own]), start) : world;
    const effects = [...drafts.flatMap((draft) => measured(draft, takesAway(draft) ? within : world)), ...more];
    for (const [link, to] of linksMadeBy(operation)) links.set(link, to);
    if (past.length <= MAX_KEPT) past = [...past.filter(({ what }) => !isSettledBy(what, own)), ...own.map((what) => ({ what, at: index }))]; // prettier-ignore
    const selection = selectionBy(operation);
    if (selection !== undefined) selected = [...selected, { what: selection, at: index }];
    return { effects, own, world: within, notes: notesOf(index, effects, [world, within]) };
  });
  return {
    effects: all.map(({ effects }) => effects),
    changes: all.map(({ own }) => own),
    lookups: all.map(({ world }) => world),
    notes: all.flatMap(({ notes }) => notes),
  };
}

/** Operations that nothing happens between look into the same world. */
function worldsOn(start: World): (changes: readonly Change[]) => World {
  const effort = newEffort();
  let last: { readonly changes: readonly Change[]; readonly world: World } | undefined;
  return (changes) => {
    if (last === undefined || !areSame(last.changes, changes)) last = { changes, world: worldAfter(start, changes, effort) }; // prettier-ignore
    return last.world;
  };
}

function areSame(a: readonly Change[], b: readonly Change[]): boolean {
  return a.length === b.length && a.every((change, at) => change === b[at]);
}

/** Something that the operation at this index did. */
type Past<W> = { readonly what: W; readonly at: number };

function sureOf(change: Change, certain: boolean): Change {
  return certain && change.kind === 'repository' && change.branch !== undefined ? { ...change, certain } : change;
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

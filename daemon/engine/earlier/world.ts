/** The engine's window on the world as it is after the earlier steps of the same action. */
import type { FactNeed } from '../../../protocol/facts.ts';
import { normalPath } from '../measure-location.ts';
import type { Answer, Lookup } from '../types.ts';
import { after, type Change, type World } from './after.ts';

/** Steps of one action whose consequences are followed; after more of them nothing is sure any more. */
export const MAX_CHANGES = 24;

/** Questions that are put to single steps, for one action: some milliseconds of work. */
const MAX_QUESTIONS = 1_500;

/** Reasons that one answer brings along: a prompt shows no more, and steps that pile up repeat them. */
const MAX_NOTES = 8;

/** Counts the work for one action. */
export type Effort = { left: number };

export function newEffort(): Effort {
  return { left: MAX_QUESTIONS };
}

/** @param changes in the order in which they happen. INVARIANT: none of them makes an answer better than it was. */
export function worldAfter(seen: World, changes: readonly Change[], effort: Effort): World {
  if (changes.length === 0) return seen;
  // Steps of git come last: they ask for more, and what arrived has to answer that.
  const inOrder = [...changes.filter(isArrival), ...changes.filter((change) => !isArrival(change))];
  if (changes.length > MAX_CHANGES) return unsure(seen);
  const exhausted = unsure(seen);
  const counted = (before: World, change: Change): World => {
    const next = remembering(after(before, change));
    return (need) => (effort.left-- > 0 ? next(need) : exhausted(need));
  };
  const followed = inOrder.reduce(counted, seen);
  const mayMeet = meetingWith(changes, seen);
  return (need) => (CHANGEABLE.has(need.kind) && mayMeet(need) ? followed(need) : seen(need));
}

/** A lookup that says why an answer is not what was seen before the action. */
export type LaterLookup = Lookup & { readonly notes: ReadonlySet<string> };

export function lookingInto(world: World, start: World): LaterLookup {
  const notes = new Set<string>();
  const ask = (need: FactNeed): Answer<never> => {
    const noted = world(need);
    for (const note of noted.notes) notes.add(note);
    // Every change answers a question by data of its own kind.
    return noted.answer as Answer<never>;
  };
  // A question about the beginning is answered by data of its own kind as well.
  return { ask, notes, start: { ask: (need) => start(need).answer as Answer<never> } };
}

function isArrival({ kind }: Change): boolean {
  return kind === 'arrival';
}

/** The questions whose answers an earlier step can change. */
const CHANGEABLE: ReadonlySet<FactNeed['kind']> = new Set(['tree', 'path', 'glob', 'git-clean', 'git-lost', 'repo', 'restorable']); // prettier-ignore

/** Most paths have nothing to do with most steps, and that is told at once. */
function meetingWith(changes: readonly Change[], seen: World): (need: FactNeed) => boolean {
  const places = new Set<string>();
  const above = new Set<string>();
  let anywhere = false;
  for (const change of changes) {
    if (change.kind === 'repository') anywhere ||= change.does.has('history') || change.does.has('unstashes');
    else if (change.at === undefined) anywhere = true;
    else for (const place of change.at) for (const path of [...foldersOf(place), place]) (path === place ? places : above).add(path); // prettier-ignore
  }
  const meets = (path: string): boolean => above.has(path) || [path, ...foldersOf(path)].some((folder) => places.has(folder)); // prettier-ignore
  return (need) => {
    if (anywhere || (need.kind !== 'tree' && need.kind !== 'path')) return true;
    if (meets(normalPath(need.path))) return true;
    const { answer } = seen(need);
    return answer.kind === 'known' && 'realPath' in answer.data && meets(answer.data.realPath);
  };
}

/** Every folder that a path lies in. */
function foldersOf(path: string): readonly string[] {
  const folders = ['/'];
  for (let end = path.indexOf('/', 1); end > 0; end = path.indexOf('/', end + 1)) folders.push(path.slice(0, end));
  return folders;
}

/** INVARIANT: however often steps pile up on one place, each question is answered once. */
function remembering(world: World): World {
  const known = new Map<string, ReturnType<World>>();
  return (need) => {
    const key = JSON.stringify(need);
    const before = known.get(key);
    if (before !== undefined) return before;
    const { answer, notes } = world(need);
    const noted = { answer, notes: notes.length < 2 ? notes : [...new Set(notes)].slice(0, MAX_NOTES) };
    known.set(key, noted);
    return noted;
  };
}

function unsure(world: World): World {
  const reason = 'more steps came before than are followed';
  return (need) => {
    const noted = world(need);
    if (!CHANGEABLE.has(need.kind) || need.kind === 'path' || noted.answer.kind === 'missing') return noted;
    return { answer: { kind: 'unknown', reason, from: 'outside' }, notes: [reason] };
  };
}

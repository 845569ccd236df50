/** What one earlier step of an action changes about the answers to later questions. */
import type { Location } from '../../../protocol/effect.ts';
import { NO_FILES, type FactData, type FactNeed, type PathFact, type TreeFact } from '../../../protocol/facts.ts';
import { lexicalLocation, normalPath, worseLocation } from '../measure-location.ts';
import { addCounts, recoveryOf } from '../measure-recovery.ts';
import type { Answer } from '../types.ts';
import { meetings, type Arrival, type Meeting } from './arrivals.ts';
import { matchedBeginning } from './glob-names.ts';
import { afterRepositoryStep } from './repository.ts';
import type { RepositoryStep } from './repository-steps.ts';

export type Change = Arrival | RepositoryStep;

type Need<K extends FactNeed['kind']> = Extract<FactNeed, { kind: K }>;

/** An answer, and why it is not what was seen before the action. */
export type Noted = { readonly answer: Answer<FactData>; readonly notes: readonly string[] };
export type World = (need: FactNeed) => Noted;

export function after(world: World, change: Change): World {
  return change.kind === 'arrival' ? afterArrival(world, change) : afterStep(world, change);
}

function afterStep(world: World, step: RepositoryStep): World {
  return (need) => {
    const notes = new Set<string>();
    const answer = afterRepositoryStep(need, step, (other) => {
      const noted = world(other);
      for (const note of noted.notes) notes.add(note);
      return noted.answer;
    });
    if (answer === undefined) return world(need);
    return { answer, notes: [...notes, `an earlier step ${step.words}, after which git may answer otherwise`] };
  };
}

function afterArrival(world: World, arrival: Arrival): World {
  return (need) => {
    switch (need.kind) {
      case 'tree':
        return treeAfter(need, world, arrival);
      case 'path':
        return pathAfter(need, world, arrival);
      case 'glob':
        return globAfter(need, world, arrival);
      case 'git-clean':
        return cleanAfter(need, world, arrival);
      case 'restorable':
        return restorableAfter(need, world, arrival);
      default:
        return world(need);
    }
  };
}

/** What is there afterwards: what was there, and of what arrived the part that a path names. */
function treeAfter(need: Need<'tree'>, world: World, arrival: Arrival): Noted {
  const before = world(need);
  const spellings =
    before.answer.kind === 'known' ? [need.path, (before.answer.data as TreeFact).realPath] : [need.path];
  return meetings(arrival, spellings).reduce((sum, meeting) => added(sum, broughtTree(meeting, world, arrival), need.path, arrival), before); // prettier-ignore
}

const NOBODY_KNOWS: Noted = { answer: { kind: 'unknown', reason: 'what arrives there is not known' }, notes: [] };

/** What arrived, as it was seen where it came from. */
function broughtTree(meeting: Meeting, world: World, { from }: Arrival): Noted {
  if (from === undefined) return NOBODY_KNOWS;
  const whole: Need<'tree'> = { kind: 'tree', ...from };
  if (meeting.kind !== 'part' || from.only !== undefined || meeting.below === '') return world(whole);
  return world({ kind: 'tree', path: normalPath(from.path) + meeting.below });
}

/** Content that git has, that is built again or that lay in a temporary folder is lost nowhere. */
function added(before: Noted, brought: Noted, path: string, arrival: Arrival): Noted {
  const notes = [...before.notes, ...brought.notes];
  if (before.answer.kind === 'missing') return before;
  if (brought.answer.kind === 'missing') return { answer: brought.answer, notes };
  const note = `an earlier step ${arrival.words}`;
  if (brought.answer.kind !== 'known') {
    const from = worst(lexicalLocation(arrival.from?.path ?? '?', '/?'), fromOf(before.answer), fromOf(brought.answer));
    return { answer: { kind: 'unknown', reason: note, from }, notes: [...notes, `${note}, and what that is could not be looked at`] }; // prettier-ignore
  }
  const there = brought.answer.data as TreeFact;
  const lost = !SAVED.has(recoveryOf(there.counts)) || there.containsRepo;
  if (there.location === 'temp' || (!lost && there.counts.files === 0)) return before;
  const found = lost ? [...notes, `${note}, and that is counted in`] : notes;
  if (before.answer.kind !== 'known') return { answer: { ...before.answer, from: worst(fromOf(before.answer), there.location) }, notes: found }; // prettier-ignore
  const here = before.answer.data as TreeFact;
  return { answer: { kind: 'known', data: together(here, there, lost) }, notes: found };
}

const SAVED: ReadonlySet<string> = new Set(['committed', 'regenerable']);

function together({ modifiedAt: _, ...here }: TreeFact, there: TreeFact, lost: boolean): TreeFact {
  return {
    ...here,
    exists: here.exists || there.exists,
    location: lost ? worseLocation(here.location, there.location) : here.location,
    containsRepo: here.containsRepo || there.containsRepo,
    counts: addCounts(here.exists ? here.counts : NO_FILES, there.counts),
  };
}

function fromOf(answer: Answer<FactData>): Location | undefined {
  return answer.kind === 'unknown' ? answer.from : undefined;
}

function worst(...locations: readonly (Location | undefined)[]): Location {
  return locations.flatMap((location) => location ?? []).reduce(worseLocation, 'temp');
}

/** What was not there may be there by then. */
function pathAfter(need: Need<'path'>, world: World, arrival: Arrival): Noted {
  const before = world(need);
  const { answer } = before;
  if (answer.kind !== 'known' || (answer.data as PathFact).type !== 'missing' || arrival.from === undefined) return before; // prettier-ignore
  for (const meeting of meetings(arrival, [need.path])) {
    if (arrival.at === undefined || arrival.from.only !== undefined) continue;
    const below = meeting.kind === 'part' ? meeting.below : '';
    const there = world({ kind: 'path', path: normalPath(arrival.from.path) + below });
    if (there.answer.kind !== 'known' || (there.answer.data as PathFact).type === 'missing') continue;
    if (meeting.kind === 'holds' && !arrival.at.includes(normalPath(need.path))) continue;
    const { type } = there.answer.data as PathFact;
    return { answer: { kind: 'known', data: { ...(answer.data as PathFact), type } }, notes: before.notes };
  }
  return before;
}

function globAfter(need: Need<'glob'>, world: World, { at }: Arrival): Noted {
  const before = world(need);
  if (before.answer.kind !== 'known' || before.answer.data.kind !== 'glob') return before;
  const { data } = before.answer;
  if (at === undefined) return { ...before, answer: { kind: 'known', data: { ...data, complete: false } } };
  const pattern = need.pattern.startsWith('/') ? need.pattern : `${need.cwd}/${need.pattern}`;
  const found = at.flatMap((place) => matchedBeginning(pattern, place) ?? []);
  const matches = [...new Set([...data.matches, ...found])];
  return matches.length === data.matches.length ? before : { ...before, answer: { kind: 'known', data: { ...data, matches } } }; // prettier-ignore
}

/** Unless git does not ignore what is put there, what is lost with it counts. */
function cleanAfter(need: Need<'git-clean'>, world: World, arrival: Arrival): Noted {
  const before = world(need);
  const { answer } = before;
  if (answer.kind !== 'known' || answer.data.kind !== 'git-clean') return before;
  if (need.ignored === 'only' && isOrdinaryPlace(world, arrival)) return before;
  const folders = need.paths.length === 0 ? [need.cwd] : need.paths.map((path) => (path.startsWith('/') ? path : `${need.cwd}/${path}`)); // prettier-ignore
  const parts = meetings(arrival, folders);
  const nothing: TreeFact = { kind: 'tree', exists: false, realPath: need.cwd, location: 'temp', containsRepo: false, counts: NO_FILES }; // prettier-ignore
  const sum = parts.reduce((all, meeting) => added(all, broughtTree(meeting, world, arrival), need.cwd, arrival), { answer: { kind: 'known', data: nothing }, notes: before.notes } as Noted); // prettier-ignore
  if (sum.answer.kind !== 'known') return sum;
  const { counts } = sum.answer.data as TreeFact;
  if (counts.files === 0 || SAVED.has(recoveryOf(counts))) return before;
  return { answer: { kind: 'known', data: { ...answer.data, counts: addCounts(answer.data.counts, counts) } }, notes: sum.notes }; // prettier-ignore
}

/** A place below which git sees what lies there. */
function isOrdinaryPlace(world: World, { at }: Arrival): boolean {
  return at?.every((path) => {
    const { answer } = world({ kind: 'tree', path });
    return answer.kind === 'known' && answer.data.kind === 'tree' && answer.data.wouldBe === 'untracked';
  }) === true; // prettier-ignore
}

/** INVARIANT: what is saved is saved before the action, and under the name it has then. */
function restorableAfter(need: Need<'restorable'>, world: World, arrival: Arrival): Noted {
  const before = world(need);
  if (before.answer.kind !== 'known') return before;
  const met = need.paths.some((path) => meetings(arrival, [path]).length > 0);
  return met ? { ...before, answer: { kind: 'unknown', reason: `an earlier step ${arrival.words}` } } : before;
}

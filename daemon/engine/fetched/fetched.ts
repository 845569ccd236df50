/** Code that somebody's address brought in a moment ago and that is run now: nobody has looked at it in between. */
import type { SessionFact } from '../../../protocol/facts.ts';
import { absolutePath } from '../catalog/paths.ts';
import type { EffectDraft, Lookup, ParsedOperation } from '../types.ts';
import { arrivalsOf, type Arrival } from './arrivals.ts';
import { ownersHere } from './origin.ts';
import { UNKNOWN_CWD } from '../understand/paths.ts';
import { placesRun } from './runs.ts';

export type DownloadsBefore = {
  /** What else an operation does: putting foreign content somewhere, or running it. */
  readonly effectsOf: (operation: ParsedOperation, drafts: readonly EffectDraft[]) => readonly EffectDraft[];
};

/**
 * @param remembered asked when some code is run or content moved on: what the session fetched before. INVARIANT: it is the
 * daemon's own memory and nothing an action can take away, so its absence is no doubt about every build.
 */
export function downloadsBefore(
  cwd: string,
  lookup: Lookup,
  remembered: () => SessionFact['downloaded'] | undefined,
): DownloadsBefore {
  const arrived: Arrival[] = [];
  return {
    effectsOf: (operation, drafts) => {
      const run = placesRun(operation, drafts);
      const foreign = arrivalsOf(operation, drafts).filter(({ from }) => !ownersHere(cwd, lookup).has(from));
      const moved = foreign.length > 0 || !hands(operation, drafts) ? [] : namesIn(operation);
      const before = run.length > 0 || moved.length > 0 ? [...arrived, ...(remembered() ?? []).map((path) => ({ path, from: 'earlier' }))] : [];
      const origin = (paths: readonly string[]) => before.find((arrival) => paths.some((one) => isIn(one, arrival, lookup)));
      const code = origin(run);
      const passedOn = origin(moved);
      const on = passedOn === undefined ? [] : landings(drafts).map((path) => ({ path, from: passedOn.from }));
      const all = [...foreign, ...on];
      arrived.push(...all);
      return [...all.map(arrivalEffect), ...(code === undefined ? [] : [runEffect(code)])];
    },
  };
} // prettier-ignore

/** The place is what the session remembers; whose it is, is said to whoever is asked. */
function arrivalEffect({ path, from }: Arrival): EffectDraft {
  return { kind: 'file.write', targets: [{ kind: 'path', name: path }, { kind: 'host', name: from }], attributes: { downloaded: true } }; // prettier-ignore
}

function runEffect({ path, from }: Arrival): EffectDraft {
  return { kind: 'code.run', targets: [{ kind: 'path', name: path }, { kind: 'host', name: from }], attributes: { downloaded: true } }; // prettier-ignore
}

/** Compilers and whatever is no program would pass on what they only mention. */
function hands({ remote, words }: ParsedOperation, drafts: readonly EffectDraft[]): boolean {
  return remote === undefined && words.length > 1 && drafts.some(({ kind }) => kind === 'file.write');
}

function namesIn({ words, cwd }: ParsedOperation): readonly string[] {
  return words.slice(1).filter(({ text, dynamic }) => !dynamic && text !== '' && !text.startsWith('-')).map(({ text }) => absolutePath(cwd, text)); // prettier-ignore
}

function landings(drafts: readonly EffectDraft[]): readonly string[] {
  return drafts
    .filter(({ kind }) => kind === 'file.write')
    .flatMap(({ targets, attributes }) => targets.flatMap(({ kind, name, dynamic }) => (kind !== 'path' || dynamic === true ? [] : [attributes.bulk === true ? `${name}/*` : name]))); // prettier-ignore
}

function isIn(path: string, { path: place, folder }: Arrival, lookup: Lookup): boolean {
  // Where a `cd` leads that nobody can follow, it may well be the folder that was just made.
  if (path.startsWith(UNKNOWN_CWD)) return folder === true;
  if (!place.endsWith('/*')) return path === place || path.startsWith(`${place}/`);
  return path.startsWith(place.slice(0, -1)) && isNew(path, place.slice(0, -2), lookup);
}

/** What lay below the folder before is told by git: it knows nothing of what has just been unpacked there. */
function isNew(path: string, folder: string, lookup: Lookup): boolean {
  const [first = ''] = path.slice(folder.length + 1).split('/');
  const answer = lookup.ask<'tree'>({ kind: 'tree', path: absolutePath(folder, first) });
  if (answer.kind !== 'known') return answer.kind === 'unknown';
  const { exists, counts } = answer.data;
  return !exists || (counts.tracked === 0 && counts.dirty === 0);
}

/** Content that an earlier step of an action puts where a later one works: what was seen there tells nothing of it. */
import type { Target } from '../../../protocol/effect.ts';
import type { TreeSelection } from '../../../protocol/facts.ts';
import { linkedPaths, type Links } from '../catalog/links.ts';
import { baseName } from '../catalog/paths.ts';
import { throughSearch } from '../catalog/found.ts';
import { lookedUp } from '../measure-look.ts';
import { isWithin, normalPath } from '../measure-location.ts';
import { expandTargets } from '../measure-targets.ts';
import { targetNames } from '../summary.ts';
import type { Brought, Lookup, ParsedOperation } from '../types.ts';

/** One thing that is somewhere else afterwards. */
export type Arrival = {
  readonly kind: 'arrival';
  /** Where it was; absent when nobody can tell. */
  readonly from: { readonly path: string; readonly only?: TreeSelection } | undefined;
  /** Every place it may be at; absent when that may be anywhere. */
  readonly at: readonly string[] | undefined;
  /** `moves src into node_modules` */
  readonly words: string;
};

/** @param lookup as the world is before this step. */
export function arrivalsOf(
  brought: readonly Brought[],
  operation: ParsedOperation,
  links: Links,
  lookup: Lookup,
): Arrival[] {
  const [first] = brought;
  // Of so many it is enough that they are there.
  const few = brought.length <= MAX_SOURCES || first === undefined ? brought : [{ ...first, from: MANY }];
  return few.flatMap((one) => {
    if (isRenamedInPlace(one)) return [];
    const sources = sourcesOf(one.from, operation, lookup);
    return (sources.length > MAX_SOURCES ? [undefined] : sources).map((from): Arrival => {
      const at = placesOf(one, from, links, lookup);
      return { kind: 'arrival', from, at, words: wordsOf(one, operation.cwd) };
    });
  });
}

const MANY = { kind: 'unknown', name: 'many things', dynamic: true } as const;

/** Things of one move that are told apart. */
const MAX_SOURCES = 16;

type Source = Arrival['from'];

function sourcesOf(from: Target, operation: ParsedOperation, lookup: Lookup): readonly Source[] {
  const found = throughSearch({ kind: 'file.move', targets: [from], attributes: {} }, operation);
  const sources: Source[] = [];
  for (const { targets, only } of found) {
    const expanded = expandTargets(targets, operation.cwd, lookup);
    if (!expanded.complete) sources.push(undefined);
    for (const target of expanded.targets) {
      const seen = target.kind === 'path' && target.dynamic !== true && target.name.startsWith('/');
      sources.push(seen ? { path: lookedUp(target), ...(only === undefined ? {} : { only }) } : undefined);
    }
  }
  return sources;
}

/** `mv "$file" "$file.old"` stays where it was. */
function isRenamedInPlace({ from, to }: Brought): boolean {
  return from.dynamic === true && to.name.startsWith(from.name) && !to.name.slice(from.name.length).includes('/');
}

/** As it is written, where its links lead, and, unless it is known to be a folder or not, below itself. */
function placesOf({ to, into }: Brought, from: Source, links: Links, lookup: Lookup): readonly string[] | undefined {
  if (to.kind !== 'path' || to.dynamic === true || !to.name.startsWith('/')) return undefined;
  const named = from === undefined || from.only !== undefined ? undefined : `/${baseName(normalPath(from.path))}`;
  const spelled = [to.name, ...linkedPaths(to.name, links)];
  const all = [...spelled, ...spelled.flatMap((path) => realPathOf(path, lookup))];
  const inside = named === undefined ? [] : all.map((path) => path + named);
  return [...new Set(into === true && named !== undefined ? inside : [...all, ...inside])];
}

function realPathOf(path: string, lookup: Lookup): readonly string[] {
  const answer = lookup.ask<'path'>({ kind: 'path', path: `${path}/` });
  return answer.kind === 'known' ? [answer.data.realPath] : [];
}

function wordsOf({ from, to, mounted }: Brought, cwd: string): string {
  const verb = mounted === true ? 'mounts' : 'moves';
  const place = to.kind === 'path' ? `into \`${targetNames([to], cwd)}\`` : 'to where nobody knows beforehand';
  return `${verb} \`${targetNames([from], cwd)}\` ${place}`;
}

/** How a path and what arrived belong together. */
export type Meeting =
  | { readonly kind: 'apart' }
  /** All of what arrived is, or may be, below the path. */
  | { readonly kind: 'holds' }
  /** The path is this part of what arrived. */
  | { readonly kind: 'part'; readonly below: string };

/** @param paths spellings of one path. */
export function meetings({ at }: Arrival, paths: readonly string[]): readonly Meeting[] {
  if (at === undefined) return [{ kind: 'holds' }];
  const found = at.flatMap((place) => paths.map((path) => meetingOf(place, normalPath(path))));
  return found.some(({ kind }) => kind === 'holds')
    ? [{ kind: 'holds' }]
    : found.filter(({ kind }) => kind !== 'apart');
}

function meetingOf(place: string, path: string): Meeting {
  if (isWithin(place, path)) return { kind: 'holds' };
  return isWithin(path, place)
    ? { kind: 'part', below: path.slice(place === '/' ? 0 : place.length) }
    : { kind: 'apart' };
}

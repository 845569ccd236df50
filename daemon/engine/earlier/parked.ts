/** Work that the session moved to where everything else is built again: a look takes it for more of the same. */
import type { FactData, FactNeed, TreeCounts } from '../../../protocol/facts.ts';
import { isWithin, normalPath, worseLocation } from '../measure-location.ts';
import type { Lookup } from '../types.ts';
import type { World } from './after.ts';

/** @param parked asked when it matters: the places to which the session moved work before. */
export function withParked(base: Lookup, parked: () => readonly string[]): World {
  return (need) => {
    const answer = base.ask(need);
    if (answer.kind !== 'known' || !mayHide(answer.data)) return { answer, notes: [] };
    const places = parked().filter((place) => concerns(place, need, answer.data));
    if (places.length === 0) return { answer, notes: [] };
    const counted = places.map((place) => base.ask<'tree'>({ kind: 'tree', path: place }));
    const missing = counted.find(({ kind }) => kind !== 'known');
    if (missing !== undefined) return { answer: missing, notes: [] };
    const there = counted.flatMap((one, at) => (one.kind === 'known' && one.data.exists ? [{ place: places[at] ?? '', counts: one.data.counts }] : [])); // prettier-ignore
    if (there.length === 0) return { answer, notes: [] };
    const notes = there.map(({ place }) => `this session moved work to \`${place}\` before, and that is counted in`);
    return { answer: { kind: 'known', data: withWork(answer.data, there.map(({ counts }) => counts)) }, notes }; // prettier-ignore
  };
}

/** Only where something looks as if it could be made again, or as if nobody wanted it. */
function mayHide(data: FactData): boolean {
  if (data.kind === 'git-clean') return data.counts.regenerable > 0;
  return data.kind === 'tree' && data.exists && (data.counts.regenerable > 0 || data.location === 'temp');
}

function concerns(place: string, need: FactNeed, data: FactData): boolean {
  if (!place.startsWith('/')) return false;
  const paths = data.kind === 'tree' && need.kind === 'tree' ? [normalPath(need.path), data.realPath] : 'cwd' in need ? [need.cwd] : []; // prettier-ignore
  return paths.some((path) => isWithin(place, path) || isWithin(path, place));
}

function withWork(data: FactData, parked: readonly TreeCounts[]): FactData {
  if (data.kind !== 'tree' && data.kind !== 'git-clean') return data;
  const lost = Math.min(
    parked.reduce((sum, { files }) => sum + files, 0),
    data.counts.files,
  );
  const regenerable = Math.min(data.counts.regenerable, data.counts.files - lost);
  const counts = { ...data.counts, regenerable, untracked: Math.max(data.counts.untracked, lost) };
  return data.kind === 'tree'
    ? { ...data, counts, location: worseLocation(data.location, 'workspace') }
    : { ...data, counts };
}

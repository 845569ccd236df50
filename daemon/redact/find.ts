/** Finds the secrets of a text as ranges that do not overlap. */
import { findOpened } from './openers.ts';
import { activeKind, type Placeholder } from './placeholder.ts';
import { SHAPES } from './shapes.ts';

type Hit = { readonly start: number; readonly end: number; readonly kind: string; readonly inert: boolean };

export function replaceSecrets(text: string, masked: string, placeholder: Placeholder): string {
  let done = 0;
  let result = '';
  for (const { start, end, kind, inert } of merged([...shapeHits(masked), ...openedHits(masked)])) {
    const secret = text.slice(start, end);
    result += text.slice(done, start) + placeholder(inert ? kind : activeKind(kind, secret), secret);
    done = end;
  }
  return result + text.slice(done);
}

function shapeHits(masked: string): Hit[] {
  return SHAPES.flatMap(({ kind, pattern, accepts, inert }) =>
    [...masked.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.['value'] ?? match[0];
      if (accepts?.(secret) === false) return [];
      const end = match.index + match[0].length;
      return [{ start: end - secret.length, end, kind, inert: inert === true }];
    }),
  );
}

function openedHits(masked: string): Hit[] {
  return findOpened(masked).flatMap(({ kind, parts }) => parts.map((part) => ({ ...part, kind, inert: false })));
}

/** Overlapping hits become one; a shape of its own names it before what stands before it does. */
function merged(hits: Hit[]): Hit[] {
  const result: Hit[] = [];
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || hit.start >= last.end) result.push(hit);
    else {
      const specific = SPECIFIC.has(hit.kind) && !SPECIFIC.has(last.kind) ? hit.kind : last.kind;
      const inert = last.inert && hit.inert;
      result[result.length - 1] = { start: last.start, end: Math.max(last.end, hit.end), kind: specific, inert };
    }
  }
  return result;
}

const SPECIFIC = new Set(SHAPES.map(({ kind }) => kind).filter((kind) => kind !== 'authorization'));

/** Finds the secrets of a text as ranges that do not overlap. */
import { findOpened } from './openers.ts';
import { activeKind, couldRun, type Placeholder } from './placeholder.ts';
import { SHAPES, type Shape } from './shapes.ts';

type Hit = { readonly start: number; readonly end: number; readonly kind: string; readonly holds?: Shape['holds'] };

export function replaceSecrets(text: string, masked: string, placeholder: Placeholder): string {
  let done = 0;
  let result = '';
  for (const { start, end, kind, holds } of merged([...shapeHits(masked), ...openedHits(masked)])) {
    const secret = text.slice(start, end);
    if (holds === undefined && couldRun(secret)) continue;
    result += text.slice(done, start) + placeholder(holds === 'digits' ? kind : activeKind(kind, secret), secret);
    done = end;
  }
  return result + text.slice(done);
}

function shapeHits(masked: string): Hit[] {
  return SHAPES.flatMap(({ kind, pattern, accepts, holds }) =>
    [...masked.matchAll(pattern)].flatMap((match) => {
      const secret = match.groups?.['value'] ?? match[0];
      if (accepts?.(secret) === false) return [];
      const end = match.index + match[0].length;
      return [{ start: end - secret.length, end, kind, ...(holds === undefined ? {} : { holds }) }];
    }),
  );
}

function openedHits(masked: string): Hit[] {
  return findOpened(masked).flatMap(({ kind, parts }) => parts.map((part) => ({ ...part, kind })));
}

/** Overlapping hits become one; a shape of its own names it before what stands before it does. */
function merged(hits: Hit[]): Hit[] {
  const result: Hit[] = [];
  for (const hit of hits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    const last = result.at(-1);
    if (last === undefined || hit.start >= last.end) result.push(hit);
    else result[result.length - 1] = union(last, hit);
  }
  return result;
}

function union(first: Hit, second: Hit): Hit {
  const named = SPECIFIC.has(second.kind) && !SPECIFIC.has(first.kind) ? second : first;
  const { start } = first;
  const end = Math.max(first.end, second.end);
  // What a shape says about its text holds for that text alone.
  return start === named.start && end === named.end ? named : { start, end, kind: named.kind };
}

const SPECIFIC = new Set(SHAPES.map(({ kind }) => kind).filter((kind) => kind !== 'authorization'));

/** RFC 8785 canonical JSON: the one text of a value that is hashed and signed. */
import canonicalize from 'canonicalize';

/** Deeper values take the way that does not recurse. */
const MAX_DEPTH = 64;

/**
 * The canonical text of a JSON value. Throws `TypeError` for what has none, such as `undefined` itself, `NaN` or a
 * lone surrogate. Members that are `undefined` are left out.
 */
export function canonicalText(value: unknown): string {
  const ordered = inOrder(value, 0);
  const text = ordered === UNUSUAL ? canonicalize(value) : JSON.stringify(ordered);
  if (text === undefined) throw new TypeError('the value has no canonical form');
  return text;
}

/** What a copy in the order of its keys would not keep as it is. */
const UNUSUAL = Symbol('unusual');
/** Objects list such keys before all others, whatever the order they were put in. */
const NUMBER_LIKE = /^\d/;

/** INVARIANT: for what this answers, `JSON.stringify` gives the canonical text; everything else is `UNUSUAL`. */
function inOrder(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : UNUSUAL;
  if (typeof value === 'number') return Number.isFinite(value) ? value : UNUSUAL;
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'object' || depth > MAX_DEPTH) return UNUSUAL;
  return Array.isArray(value) ? arrayInOrder(value, depth) : objectInOrder(value, depth);
}

function arrayInOrder(value: readonly unknown[], depth: number): unknown {
  if ('toJSON' in value) return UNUSUAL;
  const copy: unknown[] = [];
  for (const item of value) {
    const kept = inOrder(item, depth + 1);
    if (kept === UNUSUAL) return UNUSUAL;
    copy.push(kept);
  }
  return copy;
}

function objectInOrder(value: object, depth: number): unknown {
  if (Object.getPrototypeOf(value) !== Object.prototype || 'toJSON' in value) return UNUSUAL;
  const copy: Record<string, unknown> = {};
  // The default order of `sort` is that of UTF-16 code units, as the RFC wants it.
  for (const key of Object.keys(value).sort()) {
    const member: unknown = value[key as keyof typeof value];
    if (member === undefined) continue;
    if (NUMBER_LIKE.test(key) || key === '__proto__' || !key.isWellFormed()) return UNUSUAL;
    const kept = inOrder(member, depth + 1);
    if (kept === UNUSUAL) return UNUSUAL;
    copy[key] = kept;
  }
  return copy;
}

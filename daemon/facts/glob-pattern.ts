/** Shell globs, one path segment at a time. */
import { LookFailure } from './look-context.ts';

const SPECIAL = /[*?[\\]/u;

export function isLiteral(segment: string): boolean {
  return !SPECIAL.test(segment);
}

/** What stands at one place: any number of characters, or one that passes. */
type Part = 'many' | ((char: string) => boolean);

/**
 * A test for names: a leading dot is matched only by a leading dot, as shells do. INVARIANT: it takes steps in proportion
 * to name times pattern; as a regular expression `*a*a*a*…` against `aaaa…` would not end.
 */
export function segmentMatcher(segment: string): (name: string) => boolean {
  const matches = textMatcher(segment);
  const hidden = segment.startsWith('.') || segment.startsWith('\\.');
  return (name) => (hidden || !name.startsWith('.')) && matches(name);
}

/** The same for a text of any kind: neither a leading dot nor a slash is anything special. */
export function textMatcher(pattern: string): (text: string) => boolean {
  const parts = partsOf(pattern);
  return (text) => matches(parts, Array.from(text));
}

function matches(parts: readonly Part[], name: readonly string[]): boolean {
  let part = 0;
  let retry: { part: number; at: number } | undefined;
  for (let at = 0; at < name.length;) {
    const next = parts[part];
    if (next === 'many') {
      retry = { part, at };
      part += 1;
    } else if (next?.(name[at] ?? '') === true) {
      part += 1;
      at += 1;
    } else if (retry !== undefined) {
      // The last `*` takes one more; those before it never need to.
      retry.at += 1;
      at = retry.at;
      part = retry.part + 1;
    } else return false;
  }
  return parts.slice(part).every((rest) => rest === 'many');
}

function partsOf(segment: string): Part[] {
  const parts: Part[] = [];
  for (let at = 0; at < segment.length;) {
    const [part, length] = nextPart(segment, at);
    parts.push(part);
    at += length;
  }
  return parts;
}

/** The part at one place, and how many characters of the pattern it took. */
function nextPart(segment: string, at: number): [Part, number] {
  const char = String.fromCodePoint(segment.codePointAt(at) ?? 0);
  if (char === '*') return ['many', /^\*+/u.exec(segment.slice(at))?.[0].length ?? 1];
  if (char === '?') return [() => true, 1];
  if (char === '[') return bracket(segment, at);
  if (char !== '\\' || at + 1 === segment.length) return [(found) => found === char, char.length];
  const escaped = String.fromCodePoint(segment.codePointAt(at + 1) ?? 0);
  return [(found) => found === escaped, 1 + escaped.length];
}

const BRACKET = /^\[([!^]?)(\]?[^\]]*)\]/u;

function bracket(segment: string, at: number): [Part, number] {
  const found = BRACKET.exec(segment.slice(at));
  if (found === null) return [(char) => char === '[', 1];
  const [whole, negated, body] = found;
  if (body === undefined || /\[[:.=]/u.test(body)) throw new LookFailure('a character class that is not read');
  const among = classOf(`[${negated === '' ? '' : '^'}${body.replaceAll(/[\\\]^[&~|!#$%*+,.:;<=>?@`{}()]/gu, escapedInClass)}]`); // prettier-ignore
  return [(char) => among.test(char), whole.length];
}

/** Of one character, so nothing in it can repeat. */
function classOf(source: string): RegExp {
  try {
    return new RegExp(source, 'su');
  } catch (error) {
    throw new LookFailure('a character class that is not read', { cause: error });
  }
}

function escapedInClass(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/u.test(char) ? `\\${char}` : char;
}

/** Shell globs, one path segment at a time. */
import { LookFailure } from './look-context.ts';

const SPECIAL = /[*?[\\]/u;

export function isLiteral(segment: string): boolean {
  return !SPECIAL.test(segment);
}

/** A test for names: a leading dot is matched only by a leading dot, as shells do. */
export function segmentMatcher(segment: string): (name: string) => boolean {
  const pattern = new RegExp(`^${segmentSource(segment)}$`, 'su');
  const hidden = segment.startsWith('.') || segment.startsWith('\\.');
  return (name) => (hidden || !name.startsWith('.')) && pattern.test(name);
}

function segmentSource(segment: string): string {
  let source = '';
  for (let at = 0; at < segment.length;) {
    const [part, length] = nextPart(segment, at);
    source += part;
    at += length;
  }
  return source;
}

/** The regular expression for what stands at one place, and how many characters it took. */
function nextPart(segment: string, at: number): [string, number] {
  const char = segment.charAt(at);
  if (char === '*') return ['.*', /^\*+/u.exec(segment.slice(at))?.[0].length ?? 1];
  if (char === '?') return ['.', 1];
  if (char === '\\' && at + 1 < segment.length) return [escaped(segment.charAt(at + 1)), 2];
  if (char === '[') return bracket(segment, at);
  return [escaped(char), 1];
}

const BRACKET = /^\[([!^]?)(\]?[^\]]*)\]/u;

function bracket(segment: string, at: number): [string, number] {
  const found = BRACKET.exec(segment.slice(at));
  if (found === null) return ['\\[', 1];
  const [whole, negated, body] = found;
  if (body === undefined || /\[[:.=]/u.test(body)) throw new LookFailure('a character class that is not read');
  return [
    `[${negated === '' ? '' : '^'}${body.replaceAll(/[\\\]^[&~|!#$%*+,.:;<=>?@`{}()]/gu, escaped)}]`,
    whole.length,
  ];
}

function escaped(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/u.test(char) ? `\\${char}` : char;
}

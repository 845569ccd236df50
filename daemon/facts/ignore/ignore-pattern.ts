/** One line of a `.gitignore`, read as git reads it. */
import { CannotTell } from '../git/cannot-tell.ts';
import { textMatcher } from '../glob-pattern.ts';

export type IgnorePattern = {
  /** The line as git shows it. */
  readonly text: string;
  readonly negated: boolean;
  readonly onlyFolders: boolean;
  /** @param path relative to the folder of the file that the line is in. */
  matches(path: readonly string[]): boolean;
};

/** Of a file of such lines; more are put to git. */
const MAX_LINES = 2_000;

export function parseIgnoreFile(text: string): readonly IgnorePattern[] {
  if (text.includes('\0') || text.includes('\uFFFD')) throw new CannotTell('an ignore file that is not text');
  const lines = text.replace(/^\uFEFF/u, '').split('\n');
  if (lines.length > MAX_LINES) throw new CannotTell('many ignore rules');
  return lines.flatMap((line) => parseLine(line.replace(/\r$/u, '')) ?? []);
}

function parseLine(line: string): IgnorePattern | undefined {
  if (line.startsWith('#')) return undefined;
  const text = withoutBlanks(line);
  const negated = text.startsWith('!');
  const whole = negated ? text.slice(1) : text;
  const onlyFolders = whole.endsWith('/');
  const pattern = onlyFolders ? whole.slice(0, -1) : whole;
  if (pattern === '' || pattern === '/') return undefined;
  const matches = pattern.includes('/') ? pathMatcher(pattern) : nameMatcher(pattern);
  return { text, negated, onlyFolders, matches };
}

/** A blank at the end counts only behind a backslash. */
function withoutBlanks(line: string): string {
  let end = 0;
  for (let at = 0; at < line.length; at++) {
    if (line[at] === ' ') continue;
    if (line[at] === '\\') at += 1;
    end = at + 1;
  }
  return line.slice(0, end);
}

function nameMatcher(pattern: string): (path: readonly string[]) => boolean {
  const matches = segmentOf(pattern);
  return (path) => matches(path.at(-1) ?? '');
}

type Segment = 'any-depth' | ((name: string) => boolean);

function pathMatcher(pattern: string): (path: readonly string[]) => boolean {
  const parts = pattern.replace(/^\//u, '').split('/');
  // Where it is no part of its own, git's own versions differ in what two stars mean.
  if (parts.some((part) => part === '' || (part !== '**' && part.includes('**')))) throw new CannotTell('an odd ignore rule'); // prettier-ignore
  const segments: Segment[] = parts.map((part) => (part === '**' ? 'any-depth' : segmentOf(part)));
  return (path) => matchesFrom(segments, path);
}

/** INVARIANT: takes steps in proportion to pattern times path, as with names. */
function matchesFrom(segments: readonly Segment[], path: readonly string[]): boolean {
  // For each place in the path whether the segments so far can end there.
  let reached = new Set([0]);
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    const next = new Set<number>();
    for (const at of reached) {
      if (segment === 'any-depth') for (let to = isLast ? at + 1 : at; to <= path.length; to++) next.add(to);
      else if (at < path.length && segment(path[at] ?? '')) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(path.length);
}

/** Classes of plain letters and digits only: the others differ between git's matcher and this one. */
const PLAIN_CLASS = /\[[!^]?(?:[A-Za-z0-9._]-[A-Za-z0-9._]|[A-Za-z0-9._])+\]/gu;
/** A backslash makes a literal of what follows it; git and this matcher agree on punctuation. */
const ESCAPE = /\\[^A-Za-z0-9/\]]/gu;

function segmentOf(pattern: string): (name: string) => boolean {
  if (/[[\]\\]/u.test(pattern.replaceAll(ESCAPE, '').replaceAll(PLAIN_CLASS, ''))) throw new CannotTell('an odd ignore rule'); // prettier-ignore
  const matches = matcherOf(pattern);
  const countsBytes = /[?[]/u.test(pattern);
  return (name) => {
    // One character is several bytes to git.
    if (countsBytes && /[^\u0020-\u007E]/u.test(name)) throw new CannotTell('a name that is not plain');
    return matches(name);
  };
}

/** A class such as `[z-a]` is none to JavaScript. */
function matcherOf(pattern: string): (name: string) => boolean {
  try {
    return textMatcher(pattern);
  } catch (error) {
    throw new CannotTell('an odd ignore rule', { cause: error });
  }
}

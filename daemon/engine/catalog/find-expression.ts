/** The expression of `find` as a tree: tests, actions and how they are joined. */
import type { Word } from '../types.ts';

export type Expression =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Expression[] }
  | { readonly kind: 'not'; readonly of: Expression }
  /** `at`: its word, counted from the program's name. */
  | { readonly kind: 'term'; readonly name: string; readonly value: Word | undefined; readonly at: number };

/** Takes a value each. */
const TESTS = new Set('name iname path ipath wholename iwholename lname ilname regex iregex type xtype size perm user group uid gid newer anewer cnewer mtime atime ctime mmin amin cmin samefile inum links fstype used context maxdepth mindepth regextype printf fprint fprint0 fls'.split(' ')); // prettier-ignore
const PLAIN = new Set('delete print print0 ls prune quit true false empty readable writable executable nouser nogroup depth d follow mount xdev daystart noleaf ignore_readdir_race noignore_readdir_race warn nowarn'.split(' ')); // prettier-ignore
const COMMANDS = new Set(['exec', 'execdir', 'ok', 'okdir']);

/** Words of an expression that are read. */
const MAX_WORDS = 128;

type Reader = { readonly words: readonly Word[]; at: number };

/** @returns `undefined` for what is not understood as a whole. */
export function parseExpression(words: readonly Word[], start: number): Expression | undefined {
  if (words.length - start > MAX_WORDS) return undefined;
  const reader: Reader = { words, at: start };
  if (start >= words.length) return { kind: 'all', of: [] };
  const parsed = readAny(reader);
  return reader.at === words.length ? parsed : undefined;
}

function readAny(reader: Reader): Expression | undefined {
  const of: Expression[] = [];
  do {
    const next = readAll(reader);
    if (next === undefined) return undefined;
    of.push(next);
  } while (took(reader, '-o', '-or'));
  return of.length === 1 ? of[0] : { kind: 'any', of };
}

function readAll(reader: Reader): Expression | undefined {
  const of: Expression[] = [];
  do {
    const next = readOne(reader);
    if (next === undefined) return undefined;
    of.push(next);
    took(reader, '-a', '-and');
  } while (startsOne(reader));
  return of.length === 1 ? of[0] : { kind: 'all', of };
}

function startsOne({ words, at }: Reader): boolean {
  const text = words[at]?.text;
  return text !== undefined && text !== ')' && text !== '-o' && text !== '-or' && text !== ',';
}

function readOne(reader: Reader): Expression | undefined {
  if (took(reader, '!', '-not')) {
    const of = readOne(reader);
    return of === undefined ? undefined : { kind: 'not', of };
  }
  if (!took(reader, '(')) return readTerm(reader);
  const inner = readAny(reader);
  return took(reader, ')') ? inner : undefined;
}

function readTerm(reader: Reader): Expression | undefined {
  const { words, at } = reader;
  const word = words[at];
  if (word === undefined || isUncertain(word) || !word.text.startsWith('-')) return undefined;
  const name = word.text.slice(1);
  const isTest = TESTS.has(name) || /^newer[aBcm][aBcmt]$/.test(name);
  if (!isTest && !PLAIN.has(name) && !COMMANDS.has(name)) return undefined;
  const value = isTest ? words[at + 1] : undefined;
  if (isTest && (value === undefined || isUncertain(value))) return undefined;
  reader.at = COMMANDS.has(name) ? commandEnd(words, at) : at + (isTest ? 2 : 1);
  return reader.at > words.length ? undefined : { kind: 'term', name, value, at };
}

/** A variable or an open pattern may turn into any number of words, and those into other tests. No test has a dot. */
function isUncertain({ dynamic, glob, text }: Word): boolean {
  return dynamic || (glob && !text.includes('.'));
}

function commandEnd(words: readonly Word[], at: number): number {
  const end = words.findIndex(({ text }, index) => index > at && (text === ';' || (text === '+' && words[index - 1]?.text === '{}'))); // prettier-ignore
  return end < 0 ? words.length : end + 1;
}

function took(reader: Reader, ...texts: readonly string[]): boolean {
  if (!texts.includes(reader.words[reader.at]?.text ?? '')) return false;
  reader.at += 1;
  return true;
}

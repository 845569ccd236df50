/** Turns shell source into a syntax tree, refusing what would hurt the parser. */
import { parse, type ParsedScript } from 'unbash';

import { MAX_SOURCE_CHARS, MAX_SUBSTITUTIONS, MAX_SYNTAX_DEPTH } from '../limits.ts';

export type Parsed = { readonly script: ParsedScript } | { readonly refused: string };

export function parseSource(source: string): Parsed {
  if (source.length > MAX_SOURCE_CHARS) return { refused: 'source is too long' };
  if (bracketDepth(source) > MAX_SYNTAX_DEPTH) return { refused: 'source is nested too deeply' };
  if (countSubstitutions(source) > MAX_SUBSTITUTIONS) return { refused: 'source holds too many substitutions' };
  if (source.includes('\0')) return { refused: 'source holds a zero byte' };
  try {
    return { script: parse(source) };
  } catch (error) {
    // A parser that gives up (RangeError on thousands of `f()`) has shown nothing about the source.
    return { refused: `source cannot be parsed: ${error instanceof Error ? error.name : 'error'}` };
  }
}

const OPEN_PAREN = 40;
const CLOSE_PAREN = 41;
const BACKSLASH = 92;
const BACKTICK = 96;
const OPEN_BRACE = 123;
const CLOSE_BRACE = 125;

/** Quotes that hide closing brackets fool a count of depth, but not a count of openings. Heredocs cost as much. */
function countSubstitutions(source: string): number {
  let count = 0;
  for (let at = source.indexOf('('); at >= 0; at = source.indexOf('(', at + 1)) {
    const before = source[at - 1];
    if (before === '$' || before === '<' || before === '>') count++;
  }
  for (let at = source.indexOf('<<'); at >= 0; at = source.indexOf('<<', at + 2)) count++;
  for (let at = source.indexOf('`'); at >= 0; at = source.indexOf('`', at + 1)) count++;
  return count;
}

/** How deep brackets seem to be nested, without understanding quotes. */
function bracketDepth(source: string): number {
  let depth = 0;
  let deepest = 0;
  let backslashes = 0;
  let escapedTicks = 0;
  for (let index = 0; index < source.length; index++) {
    const code = source.charCodeAt(index);
    if (code === OPEN_PAREN || code === OPEN_BRACE) deepest = Math.max(deepest, ++depth);
    else if ((code === CLOSE_PAREN || code === CLOSE_BRACE) && depth > 0) depth--;
    // Backticks nest by escaping: each level doubles the backslashes in front.
    else if (code === BACKTICK && backslashes > 0) escapedTicks = Math.max(escapedTicks, backslashes);
    backslashes = code === BACKSLASH ? backslashes + 1 : 0;
  }
  return deepest + escapedTicks;
}

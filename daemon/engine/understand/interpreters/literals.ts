/** Reads literal arguments of a call in program text; whatever is no literal is unknown. */

import type { ReadText } from './static-text.ts';

export type Argument =
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'list'; readonly values: readonly string[] }
  | { readonly kind: 'unknown'; readonly text: string };

/** Text of one argument that is looked at. */
const MAX_ARGUMENT_CHARS = 8192;
const MAX_ARGUMENTS = 16;

/** The arguments of a call; `at` is just behind its name. Parentheses are optional, as in perl and ruby. */
export function readArguments(source: string, at: number, read: ReadText = stringLiteral): Argument[] {
  const open = /^\s*\(/.exec(source.slice(at, at + 16));
  const start = open ? at + open[0].length : at;
  return splitArguments(source, start, open !== null).map((text) => readArgument(text, read));
}

const CLOSING = new Set([')', ']', '}']);
const OPENING = new Set(['(', '[', '{']);

/** Splits at commas, or at another mark, outside brackets and quotes. */
export function splitArguments(source: string, start: number, bracketed: boolean, mark = ','): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = start;
  const end = Math.min(source.length, start + MAX_ARGUMENT_CHARS);
  let index = start;
  for (; index < end && parts.length < MAX_ARGUMENTS; index++) {
    const char = source[index] ?? '';
    if (char === '"' || char === "'" || char === '`') index = endOfString(source, index, end);
    else if (OPENING.has(char)) depth++;
    else if (CLOSING.has(char)) {
      if (depth === 0) break;
      depth--;
    } else if (depth === 0 && !bracketed && (char === ';' || char === '\n')) break;
    else if (depth === 0 && char === mark) {
      parts.push(source.slice(from, index));
      from = index + 1;
    }
  }
  parts.push(source.slice(from, index));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

/** The index of the closing quote, triple quotes included. */
function endOfString(source: string, start: number, end: number): number {
  const quote = source[start] ?? '';
  const triple = quote.repeat(3);
  if (source.startsWith(triple, start)) {
    const close = source.indexOf(triple, start + 3);
    return close < 0 ? end : close + 2;
  }
  for (let index = start + 1; index < end; index++) {
    if (source[index] === '\\') index++;
    else if (source[index] === quote) return index;
  }
  return end;
}

const STRING = /^(?:[rRbBuU]{0,2})(?:"""([^]*)"""|'''([^]*)'''|"((?:[^"\\]|\\[^])*)"|'((?:[^'\\]|\\[^])*)'|`((?:[^`\\$]|\\[^])*)`)$/; // prettier-ignore

/** A string literal without interpolation, or undefined. */
export function stringLiteral(text: string): string | undefined {
  const match = STRING.exec(text);
  if (!match) return undefined;
  const body = match[1] ?? match[2] ?? match[3] ?? match[4] ?? match[5] ?? '';
  // Ruby and perl interpolate in double quotes.
  if ((match[3] !== undefined && /#\{|(?:^|[^\\])[$@][A-Za-z_{]/.test(body)) || /#\{/.test(body)) return undefined;
  return body.replace(/\\(?:x([0-9a-fA-F]{2})|([^]))/g, (_all, hex?: string, char?: string) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    return { n: '\n', t: '\t', r: '\r' }[char ?? ''] ?? char ?? '';
  });
}

const SPLIT = /^(.+)\.split\(\)$|^shlex\.split\((.+)\)$|^%w[[({](.+)[\])}]$/s;

function readArgument(text: string, read: ReadText): Argument {
  const value = read(text);
  if (value !== undefined) return { kind: 'string', value };
  const path = /^(?:pathlib\.)?(?:Path|PosixPath)\(([^()]*)\)$/.exec(text);
  const inner = path?.[1] === undefined ? undefined : stringLiteral(path[1].trim());
  if (inner !== undefined) return { kind: 'string', value: inner };
  if (/^[[(]/.test(text) && /[\])]$/.test(text)) {
    const items = splitArguments(text, 1, true).map(read);
    if (items.every((item) => item !== undefined)) return { kind: 'list', values: items };
  }
  const [, words, command, listed] = SPLIT.exec(text) ?? [];
  const split = listed ?? read(words ?? command ?? '');
  if (split !== undefined && split !== '' && !/["'\\]/.test(split))
    return { kind: 'list', values: split.trim().split(/\s+/) };
  return { kind: 'unknown', text };
}

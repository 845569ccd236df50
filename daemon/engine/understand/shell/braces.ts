/** Brace expansion, which shells do on the text as written, before anything else. */
import { MAX_BRACE_WORDS } from '../limits.ts';

/** The words `a{b,c}d` stands for, still as written; one word when there is nothing to expand. */
export function expandBraces(text: string): string[] {
  const results: string[] = [];
  const pending = [text];
  for (let word = pending.shift(); word !== undefined; word = pending.shift()) {
    const brace = findBrace(word);
    if (brace === undefined) results.push(word);
    else pending.unshift(...brace.choices.map((choice) => brace.before + choice + brace.after));
    // Too many to follow: the word stays as it is, which reads as unknown.
    if (results.length + pending.length > MAX_BRACE_WORDS) return [text];
  }
  return results;
}

type Brace = { readonly before: string; readonly choices: readonly string[]; readonly after: string };

/** The first brace that expands; quotes, `${…}` and substitutions are skipped. */
function findBrace(text: string): Brace | undefined {
  for (let start = 0; start < text.length; start = skipOne(text, start)) {
    if (text[start] !== '{') continue;
    const commas: number[] = [];
    const end = findEnd(text, start, commas);
    if (end === undefined) continue;
    const choices = commas.length > 0 ? splitAt(text, start, end, commas) : range(text.slice(start + 1, end));
    if (choices) return { before: text.slice(0, start), choices, after: text.slice(end + 1) };
  }
  return undefined;
}

/** The index of the closing brace; `commas` receives the separators of this level. */
function findEnd(text: string, start: number, commas: number[]): number | undefined {
  let depth = 0;
  for (let index = start; index < text.length; index = skipOne(text, index)) {
    const char = text[index];
    if (char === '{') depth++;
    else if (char === ',' && depth === 1) commas.push(index);
    else if (char === '}' && --depth === 0) return index;
  }
  return undefined;
}

function splitAt(text: string, start: number, end: number, commas: readonly number[]): string[] {
  const marks = [start, ...commas, end];
  return marks.slice(1).map((mark, index) => text.slice((marks[index] ?? start) + 1, mark));
}

/** The position after the character, quote or expansion that begins at `index`. */
function skipOne(text: string, index: number): number {
  const char = text[index];
  if (char === '\\') return index + 2;
  if (char === "'") return after(text, "'", index + 1);
  if (char === '"' || char === '`') return skipQuoted(text, index, char);
  if (char === '$' && text[index + 1] === '{') return after(text, '}', index + 2);
  if (char === '$' && text[index + 1] === '(') return skipParens(text, index + 1);
  return index + 1;
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found < 0 ? text.length : found + 1;
}

function skipQuoted(text: string, start: number, quote: string): number {
  let index = start + 1;
  while (index < text.length && text[index] !== quote) index += text[index] === '\\' ? 2 : 1;
  return index + 1;
}

function skipParens(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    if (text[index] === '(') depth++;
    else if (text[index] === ')' && --depth === 0) return index + 1;
  }
  return text.length;
}

const NUMBERS = /^(-?\d{1,6})\.\.(-?\d{1,6})(?:\.\.(-?\d{1,4}))?$/;
const LETTERS = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,4}))?$/;

function range(body: string): string[] | undefined {
  const numbers = NUMBERS.exec(body);
  if (numbers) return count(Number(numbers[1]), Number(numbers[2]), numbers[3])?.map((value) => String(value));
  const letters = LETTERS.exec(body);
  if (!letters) return undefined;
  const [first = 0, last = 0] = [letters[1]?.charCodeAt(0), letters[2]?.charCodeAt(0)];
  return count(first, last, letters[3])?.map((value) => String.fromCharCode(value));
}

function count(first: number, last: number, step: string | undefined): number[] | undefined {
  const size = Math.abs(Number(step ?? 1)) || 1;
  const length = Math.floor(Math.abs(last - first) / size) + 1;
  if (length > MAX_BRACE_WORDS) return undefined;
  return Array.from({ length }, (_, index) => first + (last < first ? -1 : 1) * index * size);
}

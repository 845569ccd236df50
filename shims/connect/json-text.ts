/** JSON with comments, changed in its text: what is not ours stays as it is, to the byte. */
// oxlint-disable-next-line import/default -- it is UMD, of which Node sees nothing but a default
import jsonc, { type Node } from 'jsonc-parser';

import type { ConnectedEdit, ConnectedEntry } from '../../protocol/connected.ts';
import { Refusal } from './refusal.ts';

const { createScanner, findNodeAtLocation, getNodeValue, parseTree, printParseErrorCode } = jsonc;

export type Inserted = { readonly text: string; readonly edit: ConnectedEdit; readonly made: readonly string[][] };

/** `undefined` for a text that holds nothing at all. */
export function parseJson(path: string, text: string): Node | undefined {
  if (text.trim() === '') return undefined;
  const errors: jsonc.ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error !== undefined)
    throw new Refusal(path, `cannot be understood at ${position(text, error.offset)}: ${words(error.error)}`);
  if (root?.type !== 'object') throw new Refusal(path, `holds no object at ${position(text, root?.offset ?? 0)}`);
  requireUnique(path, text, root);
  return root;
}

/** For clients that take no comments and no trailing commas: they pass over such a file as a whole, without a word. */
export function requireStrict(path: string, text: string): void {
  const errors: jsonc.ParseError[] = [];
  parseTree(text, errors, { disallowComments: true });
  const [error] = text.trim() === '' ? [] : errors;
  if (error !== undefined) throw new Refusal(path, `has a comment or a comma too many at ${position(text, error.offset)}, and its client ignores all of such a file; take it out first`); // prettier-ignore
}

export function jsonValue(path: string, text: string): unknown {
  const root = parseJson(path, text);
  return root === undefined ? {} : (getNodeValue(root) as unknown);
}

/** Which of two the client takes nobody can tell. */
function requireUnique(path: string, text: string, node: Node): void {
  const names = new Set<string>();
  for (const child of node.children ?? []) {
    const [key, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    if (key !== undefined) {
      const name = String(key.value);
      if (names.has(name)) throw new Refusal(path, `says \`${name}\` twice, again at ${position(text, key.offset)}`);
      names.add(name);
    }
    if (value !== undefined) requireUnique(path, text, value);
  }
}

function position(text: string, offset: number): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`;
}

function words(code: jsonc.ParseErrorCode): string {
  return printParseErrorCode(code)
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase();
}

/** Adds one value, with the lists and objects around it that are missing. */
export function insertJson(path: string, text: string, entry: ConnectedEntry): Inserted {
  const root = parseJson(path, text);
  const style = styleOf(text);
  if (root === undefined) {
    const inserted = `${render(nested(entry.at, 0, entry), '', style)}${text === '' ? style.eol : ''}`;
    return { text: inserted + text, edit: { now: inserted, before: '' }, made: madeBelow(entry, 0) };
  }
  const { node, depth } = deepest(path, text, root, entry);
  const isItem = depth === entry.at.length;
  const name = entry.at[depth];
  const piece = (indent: string, flat: boolean): string => {
    const value = isItem ? entry.value : nested(entry.at, depth + 1, entry);
    const rendered = flat ? JSON.stringify(value) : render(value, indent, style);
    return isItem ? rendered : `${JSON.stringify(name)}: ${rendered}`;
  };
  const { at, now } = insertion(text, node, piece, style);
  return {
    text: text.slice(0, at) + now + text.slice(at),
    edit: { now, before: '' },
    made: isItem ? [] : madeBelow(entry, depth + 1),
  };
}

/** The container that the first missing part goes into. */
function deepest(path: string, text: string, root: Node, { kind, at }: ConnectedEntry): { node: Node; depth: number } {
  const containers = kind === 'item' ? at.length : at.length - 1;
  for (let depth = containers; depth >= 0; depth--) {
    const node = depth === 0 ? root : findNodeAtLocation(root, at.slice(0, depth));
    if (node === undefined) continue;
    const wanted = kind === 'item' && depth === at.length ? 'array' : 'object';
    if (node.type !== wanted)
      throw new Refusal(path, `holds no ${wanted === 'array' ? 'list' : 'object'} at \`${at.slice(0, depth).join('.')}\` (${position(text, node.offset)})`); // prettier-ignore
    return { node, depth };
  }
  return { node: root, depth: 0 };
}

function nested(at: readonly string[], depth: number, entry: ConnectedEntry): unknown {
  const name = at[depth];
  if (name === undefined) return entry.kind === 'item' ? [entry.value] : entry.value;
  return { [name]: nested(at, depth + 1, entry) };
}

/** What `nested` makes from `depth` on: the value of a property itself is none of it. */
function madeBelow({ kind, at }: ConnectedEntry, depth: number): string[][] {
  const last = kind === 'item' ? at.length : at.length - 1;
  return Array.from({ length: Math.max(0, last - depth + 1) }, (_, i) => at.slice(0, depth + i));
}

type TextStyle = { readonly eol: string; readonly unit: string };

function styleOf(text: string): TextStyle {
  const indents = [...text.matchAll(/^([ \t]+)\S/gm)].map((match) => match[1] ?? '');
  const shortest = indents.reduce<string | undefined>((best, one) => (best === undefined || one.length < best.length ? one : best), undefined); // prettier-ignore
  return { eol: text.includes('\r\n') ? '\r\n' : '\n', unit: shortest ?? '  ' };
}

function render(value: unknown, indent: string, { eol, unit }: TextStyle): string {
  return JSON.stringify(value, undefined, unit).replaceAll('\n', `${eol}${indent}`);
}

type Piece = (indent: string, flat: boolean) => string;

/** In one piece, so that cutting that piece out leaves what was there. */
function insertion(text: string, node: Node, piece: Piece, style: TextStyle): { at: number; now: string } {
  const open = node.offset + 1;
  const close = node.offset + node.length - 1;
  const outer = /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', node.offset) + 1))?.[0] ?? '';
  const [first] = node.children ?? [];
  const last = node.children?.at(-1);
  if (first === undefined || last === undefined) {
    const indent = outer + style.unit;
    const end = text.slice(open, close).includes('\n') ? '' : `${style.eol}${outer}`;
    return { at: open, now: `${style.eol}${indent}${piece(indent, false)}${end}` };
  }
  const flat = !text.slice(open, close).includes('\n');
  const line = text.slice(text.lastIndexOf('\n', first.offset) + 1, first.offset);
  const indent = line.trim() === '' ? line : outer + style.unit;
  const gap = flat ? ' ' : `${style.eol}${indent}`;
  const end = last.offset + last.length;
  const tail = text.slice(end, close);
  // A comment after the last value belongs to it; what is new goes first then.
  if (tail.includes('/')) return flat ? { at: open, now: `${piece(indent, flat)}, ` } : { at: open, now: `${gap}${piece(indent, flat)},` }; // prettier-ignore
  const comma = tail.indexOf(',');
  if (comma >= 0) return { at: end + comma + 1, now: `${gap}${piece(indent, flat)},` };
  return { at: end, now: `,${gap}${piece(indent, flat)}` };
}

/** Takes one child out of its container, with its comma and its line. */
export function removeJson(path: string, text: string, at: readonly (string | number)[]): string {
  const root = parseJson(path, text);
  const found = root === undefined ? undefined : findNodeAtLocation(root, [...at]);
  const child = found?.parent?.type === 'property' ? found.parent : found;
  const container = child?.parent;
  if (child === undefined || container === undefined) return text;
  const end = child.offset + child.length;
  const comma = commaAfter(text, end, container.offset + container.length - 1);
  const start = lineStart(text, child.offset);
  const rest = comma === undefined ? end : comma + 1;
  const cut = text.slice(0, start) + text.slice(rest);
  if (comma !== undefined) return cut;
  const siblings = container.children ?? [];
  const before = siblings[siblings.indexOf(child) - 1];
  if (before === undefined) return cut;
  const previous = commaAfter(text, before.offset + before.length, start + 1);
  return previous === undefined ? cut : cut.slice(0, previous) + cut.slice(previous + 1);
}

/** From the line break before it, when nothing else stands on its line before it. */
function lineStart(text: string, offset: number): number {
  const blank = /\r?\n[ \t]*$|[ \t]+$/.exec(text.slice(0, offset));
  return blank === null ? offset : offset - blank[0].length;
}

/** Comments may hold commas too. */
function commaAfter(text: string, from: number, to: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === ',' && at < to ? at : undefined;
}

/** A server in the settings of a client, started through the gateway or as it was: changed in the text, so that the rest stays. */
// oxlint-disable-next-line import/default -- it is UMD, of which Node sees nothing but a default
import jsonc, { type Node } from 'jsonc-parser';
import { parse } from 'smol-toml';

import { parseJson } from '../../../shims/connect/json-text.ts';
import { Refusal } from '../../../shims/connect/refusal.ts';
import { tomlValue } from '../../../shims/connect/toml-text.ts';
import { fieldsOf, listOf, textAt } from '../message.ts';

const { findNodeAtLocation, getNodeValue } = jsonc;

export type Shape = 'command and args' | 'one list';
export type Format = 'json' | 'toml';

/** Where servers are named; `*` stands for every name at that place. */
export type Section = { readonly at: readonly string[]; readonly shape: Shape };

export type Server = { readonly at: readonly string[]; readonly name: string; readonly argv: readonly string[]; readonly shape: Shape }; // prettier-ignore

/** What a text says of servers: those that are started, and those that are reached in another way. */
export function serversIn(path: string, text: string, format: Format, sections: readonly Section[]): { started: readonly Server[]; others: readonly string[] } {
  const whole = format === 'toml' ? tomlValue(path, text) : jsonOf(path, text);
  const found = sections.flatMap(({ at, shape }) => placesOf(whole, at).map((place) => ({ place, shape })));
  const named = found.flatMap(({ place, shape }) => Object.entries(fieldsOf(valueAt(whole, place)) ?? {}).map(([name, entry]) => ({ at: [...place, name], name, shape, argv: argvOf(entry, shape) })));
  const started = named.flatMap(({ argv, ...one }) => (argv === undefined ? [] : [{ ...one, argv }]));
  return { started, others: named.filter(({ argv }) => argv === undefined).map(({ name }) => name) };
} // prettier-ignore

function jsonOf(path: string, text: string): unknown {
  const root = parseJson(path, text);
  return root === undefined ? {} : (getNodeValue(root) as unknown);
}

function placesOf(whole: unknown, at: readonly string[]): string[][] {
  return at.reduce<string[][]>((places, part) => places.flatMap((place) => (part === '*' ? Object.keys(fieldsOf(valueAt(whole, place)) ?? {}).map((name) => [...place, name]) : [[...place, part]])), [[]]); // prettier-ignore
}

function valueAt(whole: unknown, at: readonly string[]): unknown {
  return at.reduce<unknown>((value, part) => (fieldsOf(value) === undefined || !Object.hasOwn(value as object, part) ? undefined : fieldsOf(value)?.[part]), whole); // prettier-ignore
}

function argvOf(entry: unknown, shape: Shape): readonly string[] | undefined {
  const words = shape === 'one list' ? listOf(fieldsOf(entry)?.['command']) : [textAt(entry, 'command'), ...listOf(fieldsOf(entry)?.['args'])]; // prettier-ignore
  return words.length > 0 && words.every((word) => typeof word === 'string') ? words : undefined;
}

/** The words before those of the server itself. */
export function before(launcher: string, name: string): readonly string[] {
  return [launcher, '--name', name, '--'];
}

export function isWrapped({ argv }: Server, launcher: string): boolean {
  return argv[0] === launcher;
}

/** The argv of the server itself. */
export function unwrapped(argv: readonly string[]): readonly string[] {
  return argv.slice(argv.indexOf('--') + 1);
}

/** INVARIANT: taken only when the parser sees the wanted argv and nothing else different. */
export function started(path: string, text: string, format: Format, server: Server, argv: readonly string[]): string {
  const changed = format === 'toml' ? changedToml(text, server, argv) : changedJson(path, text, server, argv);
  const expected = JSON.stringify(withArgv(format === 'toml' ? tomlValue(path, text) : jsonOf(path, text), server, argv));
  const seen = changed === undefined ? '' : JSON.stringify(format === 'toml' ? parse(changed) : jsonOf(path, changed));
  if (changed === undefined || seen !== expected) throw new Refusal(path, `says how \`${server.name}\` is started in a way that is not changed safely; start it through \`countersign mcp wrap\` by hand`); // prettier-ignore
  return changed;
} // prettier-ignore

function withArgv(whole: unknown, server: Server, argv: readonly string[], at: readonly string[] = server.at): unknown {
  const [part, ...rest] = at;
  const fields = fieldsOf(whole) ?? {};
  if (part !== undefined) return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, key === part ? withArgv(value, server, argv, rest) : value])); // prettier-ignore
  const [command, ...args] = argv;
  if (server.shape === 'one list') return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, key === 'command' ? argv : value])); // prettier-ignore
  const set = Object.entries(fields).map(([key, value]) => [key, key === 'command' ? command : key === 'args' ? args : value]); // prettier-ignore
  if (fields['args'] !== undefined || args.length === 0) return Object.fromEntries(set);
  // Right behind the command, where it is put.
  const place = set.findIndex(([key]) => key === 'command') + 1;
  return Object.fromEntries([...set.slice(0, place), ['args', args], ...set.slice(place)]);
}

type Edit = { readonly at: number; readonly length: number; readonly now: string };

function changedJson(path: string, text: string, server: Server, argv: readonly string[]): string | undefined {
  const root = parseJson(path, text);
  const nodeOf = (key: string): Node | undefined => root && findNodeAtLocation(root, [...server.at, key]);
  const command = nodeOf('command');
  if (command === undefined) return undefined;
  if (server.shape === 'one list') return applied(text, listEdits(text, command, server.argv, argv));
  const [program = '', ...args] = argv;
  const list = nodeOf('args');
  const edits = [{ at: command.offset, length: command.length, now: JSON.stringify(program) }];
  if (list !== undefined) return applied(text, [...edits, ...listEdits(text, list, server.argv.slice(1), args)]);
  return applied(text, [...edits, { at: command.offset + command.length, length: 0, now: `, "args": ${flat(args)}` }]);
}

/** Words are put in front of those that are there, or taken from there. */
function listEdits(text: string, list: Node, old: readonly string[], now: readonly string[]): Edit[] {
  const children = list.children ?? [];
  const open = list.offset + 1;
  if (now.length >= old.length) return [{ at: open, length: 0, now: front(now.slice(0, now.length - old.length), text[open] ?? '', old.length > 0) }]; // prettier-ignore
  const kept = children[old.length - now.length];
  const first = children[0];
  if (first === undefined) return [];
  const end = kept === undefined ? (children.at(-1)?.offset ?? 0) + (children.at(-1)?.length ?? 0) : kept.offset;
  // The white space that stood before the first of the words that stay was theirs.
  const own = kept === undefined ? end : behindComma(text, children[old.length - now.length - 1], kept);
  return [{ at: first.offset, length: own - first.offset, now: '' }];
}

function behindComma(text: string, last: Node | undefined, kept: Node): number {
  const from = last === undefined ? kept.offset : last.offset + last.length;
  const gap = text.slice(from, kept.offset);
  const comma = gap.indexOf(',');
  const rest = gap.slice(comma + 1);
  return rest.includes('\n') && !rest.includes('/') ? from + comma + 1 : kept.offset;
}

function changedToml(text: string, server: Server, argv: readonly string[]): string | undefined {
  const key = (name: string): string => `(?:${escaped(name)}|"${escaped(name)}"|'${escaped(name)}')`;
  const header = new RegExp(String.raw`^[ \t]*\[[ \t]*${server.at.map(key).join(String.raw`[ \t]*\.[ \t]*`)}[ \t]*\][^\n]*\n`, 'm').exec(text); // prettier-ignore
  if (header === null) return undefined;
  const from = header.index + header[0].length;
  const next = /^[ \t]*\[/m.exec(text.slice(from));
  const body = text.slice(from, next === null ? undefined : from + next.index);
  const [program = '', ...args] = argv;
  const command = /^([ \t]*command[ \t]*=[ \t]*)("(?:[^"\\\n]|\\.)*"|'[^'\n]*')/m.exec(body);
  if (command === null) return undefined;
  const start = from + command.index + (command[1] ?? '').length;
  const edits: Edit[] = [{ at: start, length: (command[2] ?? '').length, now: JSON.stringify(program) }];
  const list = /^[ \t]*args[ \t]*=[ \t]*\[/m.exec(body);
  if (list === null) {
    const eol = text.includes('\r\n') ? '\r\n' : '\n';
    return applied(text, [...edits, { at: start + (command[2] ?? '').length, length: 0, now: `${eol}args = ${flat(args)}` }]); // prettier-ignore
  }
  const open = from + list.index + list[0].length;
  const old = server.argv.slice(1);
  if (args.length >= old.length) return applied(text, [...edits, { at: open, length: 0, now: front(args.slice(0, args.length - old.length), text[open] ?? '', old.length > 0) }]); // prettier-ignore
  const taken = flat(old.slice(0, old.length - args.length)).slice(1, -1);
  if (!text.startsWith(taken, open)) return undefined;
  const comma = args.length === 0 ? '' : text.startsWith(', ', open + taken.length) ? ', ' : ',';
  return applied(text, [...edits, { at: open, length: taken.length + comma.length, now: '' }]);
}

function front(words: readonly string[], next: string, more: boolean): string {
  return `${flat(words).slice(1, -1)}${more ? (/\s/.test(next) ? ',' : ', ') : ''}`;
}

function flat(words: readonly string[]): string {
  return `[${words.map((word) => JSON.stringify(word)).join(', ')}]`;
}

function applied(text: string, edits: readonly Edit[]): string {
  return edits.toSorted((a, b) => b.at - a.at).reduce((sofar, { at, length, now }) => sofar.slice(0, at) + now + sofar.slice(at + length), text); // prettier-ignore
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`);
}

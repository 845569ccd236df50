/** TOML changed in its text and proven by parsing it: what is not ours stays as it is, to the byte. */
import { isDeepStrictEqual } from 'node:util';

import { parse, TomlError } from 'smol-toml';

import type { ConnectedEdit, ConnectedEntry } from '../../protocol/connected.ts';
import { Refusal } from './refusal.ts';
import { plain, valueAt, withEntry } from './values.ts';

export function tomlValue(path: string, text: string): unknown {
  try {
    return parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const why = (cause.message.split('\n')[0] ?? '').replace(/^Invalid TOML document: /, '');
    throw new Refusal(path, `cannot be understood at line ${cause.line}, column ${cause.column}: ${why}`);
  }
}

export type TomlChange = { readonly text: string; readonly edit: ConnectedEdit };

/** INVARIANT: taken only when the parser sees exactly the wanted difference. */
export function setToml(path: string, text: string, entry: ConnectedEntry): TomlChange {
  const wanted = plain(withEntry(tomlValue(path, text), entry));
  for (const change of changes(text, entry)) {
    if (change !== undefined && isDeepStrictEqual(parsed(change.text), wanted)) return change;
  }
  throw new Refusal(path, `has no plain place for \`${entry.at.join('.')}\`; add it by hand: ${lineOf(entry)}`);
}

function parsed(text: string): unknown {
  try {
    return plain(parse(text.replace(/^\uFEFF/, '')));
  } catch {
    // A way that does not fit this file.
    return undefined;
  }
}

function* changes(text: string, entry: ConnectedEntry): Generator<TomlChange | undefined> {
  const { at, value } = entry;
  const [key, table] = [at.at(-1) ?? '', at.slice(0, -1)];
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const old = valueAt(tomlValue('', text), at);
  if (typeof old === 'string') yield replaced(text, entry, old);
  const line = `${keyText(key)} = ${JSON.stringify(value)}${eol}`;
  yield afterHeader(text, table, line);
  const [outer, inner] = [table.slice(0, -1), table.at(-1)];
  yield inInlineTable(text, outer, inner ?? '', `${keyText(key)} = ${JSON.stringify(value)}`);
  if (valueAt(tomlValue('', text), outer) !== undefined && outer.length > 0)
    yield afterHeader(text, outer, `${keyText(inner ?? '')} = { ${line.trimEnd()} }${eol}`);
  const gap = text === '' || text === '\uFEFF' ? '' : text.endsWith('\n') ? eol : eol + eol;
  const block = `${gap}[${table.map(keyText).join('.')}]${eol}${line}`;
  yield { text: text + block, edit: { now: block, before: '' } };
}

function keyText(key: string): string {
  return /^[\w-]+$/.test(key) ? key : JSON.stringify(key);
}

function lineOf({ at, value }: ConnectedEntry): string {
  return `${at.map(keyText).join('.')} = ${JSON.stringify(value)}`;
}

/** The old value stands once behind its key. */
function replaced(text: string, { at, value }: ConnectedEntry, old: string): TomlChange | undefined {
  const [now, before] = [JSON.stringify(value), JSON.stringify(old)];
  const header = text.indexOf(JSON.stringify(at.at(-2) ?? ''));
  const found = header < 0 ? -1 : text.indexOf(before, header);
  if (found < 0) return undefined;
  const key = text.slice(text.lastIndexOf('\n', found) + 1, found);
  const edit = { now: `${key}${now}`, before: `${key}${before}` };
  return { text: text.slice(0, found) + now + text.slice(found + before.length), edit };
}

function afterHeader(text: string, table: readonly string[], line: string): TomlChange | undefined {
  const names = table.map((name) => `(?:${escaped(keyText(name))}|${escaped(JSON.stringify(name))}|'${escaped(name)}')`);
  const header = new RegExp(String.raw`^[ \t]*\[[ \t]*${names.join(String.raw`[ \t]*\.[ \t]*`)}[ \t]*\][^\n]*\n`, 'm');
  const found = header.exec(text);
  if (found === null) return undefined;
  const at = found.index + found[0].length;
  return { text: text.slice(0, at) + line + text.slice(at), edit: { now: line, before: '' } };
} // prettier-ignore

function inInlineTable(text: string, outer: readonly string[], name: string, pair: string): TomlChange | undefined {
  const from = new RegExp(String.raw`^[ \t]*\[[ \t]*${outer.map((one) => escaped(keyText(one))).join(String.raw`\.`)}[ \t]*\]`, 'm').exec(text)?.index ?? 0; // prettier-ignore
  const found = new RegExp(String.raw`^[ \t]*(?:[\w-]+\.)*${escaped(keyText(name))}[ \t]*=[ \t]*\{`, 'm').exec(text.slice(from)); // prettier-ignore
  if (found === null) return undefined;
  const at = from + found.index + found[0].length;
  const now = /^[ \t]*\}/.test(text.slice(at)) ? ` ${pair} ` : ` ${pair},`;
  return { text: text.slice(0, at) + now + text.slice(at), edit: { now, before: '' } };
}

function escaped(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}/-]/g, String.raw`\$&`);
}

/** The text of a client's settings with our entries in it. */
import { isDeepStrictEqual } from 'node:util';

import type { ConnectedEdit, ConnectedEntry } from '../../protocol/connected.ts';
import { insertJson, jsonValue } from './json-text.ts';
import { Refusal } from './refusal.ts';
import { setToml, tomlValue } from './toml-text.ts';
import { holds, isEmpty, plain, valueAt, withEntry } from './values.ts';

export type SettingsKind = 'json' | 'toml';

export type PutIn = {
  readonly text: string;
  readonly edits: readonly ConnectedEdit[];
  readonly made: readonly string[][];
};

const MARK = '\uFEFF';

export function settingsValue(kind: SettingsKind, path: string, text: string): unknown {
  return kind === 'toml' ? tomlValue(path, text) : jsonValue(path, withoutMark(text).body);
}

/** A byte order mark stays where it is. */
export function withoutMark(text: string): { readonly mark: string; readonly body: string } {
  return text.startsWith(MARK) ? { mark: MARK, body: text.slice(1) } : { mark: '', body: text };
}

/** Adds what is missing; nothing, when everything is there. */
export function putIn(kind: SettingsKind, path: string, text: string, entries: readonly ConnectedEntry[]): PutIn {
  const { mark, body } = withoutMark(text);
  let now = body;
  const edits: ConnectedEdit[] = [];
  const made: string[][] = [];
  for (const entry of entries) {
    const value = settingsValue(kind, path, now);
    if (holds(value, entry)) continue;
    if (kind === 'toml') {
      const set = setToml(path, now, entry);
      now = set.text;
      edits.push(set.edit);
      continue;
    }
    if (entry.kind === 'property' && valueAt(value, entry.at) !== undefined && !isEmpty(valueAt(value, entry.at)))
      throw new Refusal(path, `already says something else for \`${entry.at.join('.')}\`; take it out or change it to ${JSON.stringify(entry.value)}`); // prettier-ignore
    const inserted = insertJson(path, now, entry);
    // INVARIANT: what is written says what was there and our entry, and nothing else.
    const said = plain(jsonValue(path, inserted.text));
    if (!['first', 'last'].some((place) => isDeepStrictEqual(said, plain(withEntry(value, entry, place === 'first')))))
      throw new Refusal(path, `has no plain place for \`${entry.at.join('.')}\``);
    now = inserted.text;
    edits.push(inserted.edit);
    made.push(...inserted.made.map((at) => [...at]));
  }
  return { text: mark + now, edits, made };
}

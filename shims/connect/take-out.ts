/** The text of a client's settings without our entries: cut out to the byte where it can be, by value where it was rewritten. */
import { isDeepStrictEqual } from 'node:util';

import type { ConnectedEdit, ConnectedEntry } from '../../protocol/connected.ts';
import { jsonValue, removeJson } from './json-text.ts';
import { settingsValue, withoutMark, type SettingsKind } from './put-in.ts';
import { Refusal } from './refusal.ts';
import { holds, indexIn, innermostFirst, isEmpty, plain, valueAt, withoutEntries } from './values.ts';

export type Put = {
  readonly kind: SettingsKind;
  readonly entries: readonly ConnectedEntry[];
  readonly edits: readonly ConnectedEdit[];
  readonly made: readonly (readonly string[])[];
};

export function takeOut(path: string, text: string, put: Put): string {
  return put.kind === 'json' ? takeOutOfJson(path, text, put) : takeOutOfToml(path, text, put);
}

function takeOutOfJson(path: string, text: string, { entries, edits, made }: Put): string {
  const { mark, body } = withoutMark(text);
  const wanted = plain(withoutEntries(jsonValue(path, body), entries, made));
  const cut = withoutEdits(body, edits);
  if (cut !== undefined && says(cut, wanted)) return mark + cut;
  let now = body;
  for (const { kind, at, value } of entries) {
    const found = valueAt(jsonValue(path, now), at);
    const index = kind === 'item' && Array.isArray(found) ? indexIn(found, value) : -1;
    if (kind === 'item' ? index >= 0 : isDeepStrictEqual(plain(found), value))
      now = removeJson(path, now, kind === 'item' ? [...at, index] : at);
  }
  for (const at of innermostFirst(made)) if (at.length > 0 && isEmpty(valueAt(jsonValue(path, now), at))) now = removeJson(path, now, at); // prettier-ignore
  // INVARIANT: whatever was rewritten since, nothing but ours goes.
  if (says(now, wanted)) return mark + now;
  throw new Refusal(path, 'was rewritten in a way that ours cannot be taken out of; remove what names `countersign` by hand'); // prettier-ignore
}

/** The last first, so that each finds what it left. `undefined` unless every one stands there once. */
function withoutEdits(text: string, edits: readonly ConnectedEdit[]): string | undefined {
  let now: string | undefined = text;
  for (const edit of edits.toReversed()) now = now === undefined ? undefined : without(now, edit);
  return now;
}

function without(text: string, { now, before }: ConnectedEdit): string | undefined {
  const at = text.indexOf(now);
  if (at < 0 || text.includes(now, at + 1)) return undefined;
  return text.slice(0, at) + before + text.slice(at + now.length);
}

function says(text: string, wanted: unknown): boolean {
  try {
    return isDeepStrictEqual(plain(jsonValue('', text)), wanted);
  } catch (error) {
    if (error instanceof Refusal) return false;
    throw error;
  }
}

/** Each entry by itself: one that somebody changed meanwhile is theirs. */
function takeOutOfToml(path: string, text: string, { kind, entries, edits }: Put): string {
  let now = text;
  for (const edit of edits.toReversed()) now = without(now, edit) ?? now;
  const value = settingsValue(kind, path, now);
  const left = edits.length === 0 ? undefined : entries.find((entry) => holds(value, entry));
  if (left !== undefined) throw new Refusal(path, `was rewritten; remove \`${left.at.join('.')}\` by hand`);
  return now;
}

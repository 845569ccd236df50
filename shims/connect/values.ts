/** Looking for our values in a parsed document, and what remains without them. */
import { isDeepStrictEqual } from 'node:util';

import type { ConnectedEntry } from '../../protocol/connected.ts';

type Fields = Readonly<Record<string, unknown>>;

export function valueAt(root: unknown, at: readonly string[]): unknown {
  let value = root;
  for (const name of at) {
    if (!isFields(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Whether it is there, and where it has to be. */
export function holds(root: unknown, { kind, at, value, index }: ConnectedEntry): boolean {
  const found = valueAt(root, at);
  if (kind === 'property') return isDeepStrictEqual(plain(found), value);
  if (!Array.isArray(found)) return false;
  return index === undefined ? indexIn(found, value) >= 0 : isDeepStrictEqual(plain(found[index]), value);
}

export function indexIn(list: readonly unknown[], value: unknown): number {
  return list.findIndex((one) => isDeepStrictEqual(plain(one), value));
}

/** Parsers differ in the prototypes of what they make. */
export function plain(value: unknown): unknown {
  return value === undefined ? undefined : (JSON.parse(JSON.stringify(value)) as unknown);
}

export function withEntry(root: unknown, entry: ConnectedEntry, first = false): unknown {
  return changedAt(root, entry.at, (found) => {
    if (entry.kind === 'property') return entry.value;
    const others: readonly unknown[] = Array.isArray(found) ? found : [];
    return first ? [entry.value, ...others] : [...others, entry.value];
  });
}

/** Without the entries, and without what was made for them and is empty now. */
export function withoutEntries(root: unknown, entries: readonly ConnectedEntry[], made: readonly (readonly string[])[]): unknown {
  let value = root;
  for (const entry of entries) value = withoutEntry(value, entry);
  for (const at of innermostFirst(made)) if (at.length > 0 && isEmpty(valueAt(value, at))) value = without(value, at);
  return value;
} // prettier-ignore

export function innermostFirst(made: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return made.toSorted((a, b) => b.length - a.length);
}

function withoutEntry(root: unknown, { kind, at, value }: ConnectedEntry): unknown {
  const found = valueAt(root, at);
  if (kind === 'property') return isDeepStrictEqual(plain(found), value) ? without(root, at) : root;
  const index = Array.isArray(found) ? indexIn(found, value) : -1;
  if (!Array.isArray(found) || index < 0) return root;
  return changedAt(root, at, () => found.toSpliced(index, 1));
}

export function isEmpty(value: unknown): boolean {
  return Array.isArray(value) ? value.length === 0 : isFields(value) && Object.keys(value).length === 0;
}

function changedAt(root: unknown, at: readonly string[], change: (found: unknown) => unknown): unknown {
  const [name, ...rest] = at;
  if (name === undefined) return change(root);
  const fields = isFields(root) ? root : {};
  return { ...fields, [name]: changedAt(fields[name], rest, change) };
}

function without(root: unknown, at: readonly string[]): unknown {
  const name = at.at(-1) ?? '';
  return changedAt(root, at.slice(0, -1), (found) =>
    Object.fromEntries(Object.entries(isFields(found) ? found : {}).filter(([key]) => key !== name)),
  );
}

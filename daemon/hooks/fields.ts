/** Reads fields of JSON that somebody else wrote. */
import { parseExactly } from '../../protocol/json-numbers.ts';

export type Fields = Readonly<Record<string, unknown>>;

/** `undefined` for anything but an object. */
export function parseFields(text: string): Fields | undefined {
  try {
    return asFields(parseExactly(text));
  } catch {
    // Not JSON: the caller denies in the client's own form.
    return undefined;
  }
}

export function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}

export function fieldsAt(fields: Fields | undefined, key: string): Fields | undefined {
  return asFields(fields?.[key]);
}

/** The first of them that is a text with something in it. */
export function textAt(fields: Fields | undefined, ...keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = fields?.[key];
    if (typeof value === 'string' && value !== '') return value;
  }
  return undefined;
}

export function numberAt(fields: Fields | undefined, ...keys: readonly string[]): number | undefined {
  for (const key of keys) {
    const value = fields?.[key];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
  }
  return undefined;
}

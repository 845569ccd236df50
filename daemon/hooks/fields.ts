/** Reads fields of JSON that somebody else wrote. */
import { repeatsMember } from '../../protocol/json-members.ts';
import { parseExactly } from '../../protocol/json-numbers.ts';
import { isDeeper } from '../json-text.ts';

export type Fields = Readonly<Record<string, unknown>>;

/**
 * `undefined` for anything but an object. INVARIANT: no later part, and nobody's screen, has to walk what is nested without end,
 * and what names a member twice means something else to another reader.
 */
export function parseFields(text: string): Fields | undefined {
  try {
    const value = parseExactly(text);
    return isDeeper(value) || repeatsMember(value, text) ? undefined : asFields(value);
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

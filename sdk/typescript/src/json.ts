/** Arguments of a function as JSON with names, so that they can be judged. */
import { isUtf8 } from 'node:buffer';

import { CountersignError } from './errors.ts';
import type { Json } from './wire.ts';

type Args = Readonly<Record<string, Json>>;

/** Deeper than anybody reads; the daemon refuses it too. */
const MAX_DEPTH = 64;

/** One plain object stands for itself; otherwise each argument by the name of its parameter. */
export function namedArguments(args: readonly unknown[], names: readonly string[]): Args {
  const [only] = args;
  if (args.length === 1 && isPlain(only)) return toJson(only) as Args; // a plain object becomes one
  const entries = args.map((value, at): [string, Json | undefined] => [
    names[at] ?? `argument${at + 1}`,
    toJson(value),
  ]);
  return Object.fromEntries(entries.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** Names of the parameters as they are written, up to the first that is more than a name. */
export function parameterNames(tool: (...args: never[]) => unknown): readonly string[] {
  const source = Function.prototype.toString.call(tool).replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '');
  const single = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source)?.[1];
  if (single !== undefined) return [single];
  const list = /^[^(]*\(([^)]*)/.exec(source)?.[1] ?? '';
  const names = list.split(',').map((one) => /^\s*(?:\.\.\.)?([A-Za-z_$][\w$]*)\s*(?:=.*)?$/s.exec(one)?.[1]);
  const end = names.indexOf(undefined);
  return names.slice(0, end === -1 ? names.length : end).filter((name) => name !== undefined);
}

/** As `JSON.stringify` reads values, but nothing that says something is lost: big numbers, bytes, maps and sets stay. */
export function toJson(value: unknown, above: readonly unknown[] = []): Json | undefined {
  if (above.includes(value) || above.length > MAX_DEPTH) {
    throw new CountersignError({ code: 'bad_request', message: 'the arguments cannot be written as JSON' });
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : String(value);
    case 'bigint':
      return String(value);
    case 'object':
      return value === null ? null : objectToJson(value, [...above, value]);
    default:
      return undefined;
  }
}

function objectToJson(value: object, above: readonly unknown[]): Json | undefined {
  const list = (items: readonly unknown[]) => items.map((one) => toJson(one, above) ?? null);
  if (value instanceof AbortSignal) return undefined;
  if (Array.isArray(value)) return list(value);
  if (value instanceof Uint8Array)
    return isUtf8(value) ? Buffer.from(value).toString() : Buffer.from(value).toString('base64');
  if (value instanceof Set) return list([...value]);
  const entries = value instanceof Map ? [...value].map(([key, one]) => [String(key), one] as const) : undefined;
  if (entries === undefined && 'toJSON' in value && typeof value.toJSON === 'function') {
    return toJson((value.toJSON as () => unknown)(), above);
  }
  const own = entries ?? Object.entries(value);
  // What keeps all of it to itself, such as a stream, is at least named.
  if (own.length === 0 && !isPlain(value) && entries === undefined) return `[${value.constructor.name}]`;
  const json = own.map(([key, one]): [string, Json | undefined] => [key, toJson(one, above)]);
  return Object.fromEntries(json.filter((entry): entry is [string, Json] => entry[1] !== undefined));
}

/** The same text for the same value, whatever the order of its members. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, one: unknown) =>
    isPlain(one) ? Object.fromEntries(Object.entries(one).toSorted(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

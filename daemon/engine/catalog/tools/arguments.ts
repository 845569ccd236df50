/** The arguments of a tool call, found by what they are called however that is spelled and nested. */

type Value = string | number | boolean;

export type ToolArguments = {
  /** Strings under any of these keys, outermost first. */
  texts(...keys: readonly string[]): readonly string[];
  /** The first number under any of these keys, also one written as text (`"1,200.50 EUR"`). */
  number(...keys: readonly string[]): number | undefined;
  isSet(...keys: readonly string[]): boolean;
  /** The longest list under any of these keys. */
  listLength(...keys: readonly string[]): number;
  readonly longestList: number;
  /** Some value is a bare `*`. */
  readonly wildcard: boolean;
};

/** Deep enough for `{requests: [{message: {to: …}}]}`; more is not read. */
const MAX_DEPTH = 5;
const MAX_VALUES = 2000;

type Found = { readonly values: Map<string, Value[]>; readonly lists: Map<string, number>; left: number };

export function toolArguments(args: Readonly<Record<string, unknown>>): ToolArguments {
  const found: Found = { values: new Map(), lists: new Map(), left: MAX_VALUES };
  for (let depth = 0, level: readonly (readonly [string, unknown])[] = Object.entries(args); depth < MAX_DEPTH && level.length > 0; depth++) level = collect(level, found); // prettier-ignore
  const all = (keys: readonly string[]): readonly Value[] => keys.flatMap((key) => found.values.get(key) ?? []);
  return {
    texts: (...keys) => all(keys).filter((value) => typeof value === 'string'),
    number: (...keys) => all(keys).map(toNumber).find((value) => value !== undefined),
    isSet: (...keys) => all(keys).some((value) => value === true || (typeof value === 'string' && /^(?:true|yes|1)$/i.test(value))),
    listLength: (...keys) => Math.max(0, ...keys.map((key) => found.lists.get(key) ?? 0)),
    longestList: Math.max(0, ...found.lists.values()),
    wildcard: [...found.values.values()].some((values) => values.includes('*')),
  }; // prettier-ignore
}

/** Notes the plain values of one level and returns the next one: outer arguments come before inner ones. */
function collect(
  entries: readonly (readonly [string, unknown])[],
  found: Found,
): readonly (readonly [string, unknown])[] {
  // prettier-ignore
  return entries.flatMap(([name, value]): readonly (readonly [string, unknown])[] => {
    const key = name.replace(/[^A-Za-z\d]+/g, '').toLowerCase();
    if (found.left-- <= 0) return [];
    if (Array.isArray(value)) {
      found.lists.set(key, Math.max(found.lists.get(key) ?? 0, value.length));
      return value.slice(0, MAX_VALUES).flatMap((item: unknown) => within(key, item, found));
    }
    return within(key, value, found);
  });
}

function within(key: string, value: unknown, found: Found): readonly (readonly [string, unknown])[] {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    const values = found.values.get(key);
    if (values === undefined) found.values.set(key, [value]);
    else if (found.left-- > 0) values.push(value);
    return [];
  }
  return typeof value === 'object' && value !== null ? Object.entries(value) : [];
}

function toNumber(value: Value): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'boolean') return undefined;
  const digits = /^\D{0,8}(\d[\d,_ ]{0,20}(?:\.\d{1,8})?)\D{0,8}$/.exec(value.trim())?.[1];
  return digits === undefined ? undefined : Number(digits.replace(/[,_ ]/g, ''));
}

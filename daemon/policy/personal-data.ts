/** Which kinds of personal data an action names, as far as its own words tell. */
import type { Action } from '../../protocol/action.ts';

/** Longer texts are looked at as far as this. */
const MAX_TEXT = 64 * 1024;
const MAX_DEPTH = 8;

/** Words of columns, arguments and fields, apart from what stands around them. */
const NAMES: Readonly<Record<string, RegExp>> = {
  address: /(?:^|[^a-z])(?:street|postal|home|billing|shipping)[-_ ]?(?:address|code)|(?:^|[^a-z])(?:postcode|zip[-_]?code)(?:$|[^a-z])/iu,
  bank: /(?:^|[^a-z])(?:iban|bic|account[-_]?number|routing[-_]?number|sort[-_]?code)(?:$|[^a-z])|⟦secret:iban/iu,
  birth: /(?:^|[^a-z])(?:birth[-_]?(?:date|day)|date[-_]?of[-_]?birth|dob)(?:$|[^a-z])/iu,
  card: /(?:^|[^a-z])(?:card[-_]?number|cvv|cvc|pan)(?:$|[^a-z])|⟦secret:card/iu,
  email: /(?:^|[^a-z])e[-_]?mail(?:s|[-_]?address(?:es)?)?(?:$|[^a-z])|[\w.+-]{1,64}@[\w-]{1,63}\.[a-z]{2,24}/iu,
  health: /(?:^|[^a-z])(?:diagnos[ei]s|patient|medical|medication|blood[-_]?type)/iu,
  identity: /(?:^|[^a-z])(?:ssn|social[-_]?security|passport|national[-_]?id|tax[-_]?id|driver'?s?[-_]?licen[cs]e)(?:$|[^a-z])/iu,
  pay: /(?:^|[^a-z])(?:salary|salaries|payroll|wages?)(?:$|[^a-z])/iu,
  phone: /(?:^|[^a-z])(?:phone|mobile|telephone)(?:[-_]?numbers?)?(?:$|[^a-z])/iu,
}; // prettier-ignore

const found = new WeakMap<Action, readonly string[]>();

export function personalData(action: Action): readonly string[] {
  const known = found.get(action);
  if (known !== undefined) return known;
  const text = textOf(action);
  const kinds = Object.entries(NAMES).filter(([, pattern]) => pattern.test(text)).map(([kind]) => kind); // prettier-ignore
  found.set(action, kinds);
  return kinds;
}

function textOf(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return action.argv.join('\n').slice(0, MAX_TEXT);
    case 'sql':
      return action.source.slice(0, MAX_TEXT);
    case 'http':
      return action.url.slice(0, MAX_TEXT);
    case 'tool':
    case 'mcp':
      return wordsIn(action.args, MAX_DEPTH).join('\n').slice(0, MAX_TEXT);
  }
}

function wordsIn(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  if (Array.isArray(value)) return value.flatMap((item) => wordsIn(item, depth - 1));
  return Object.entries(value).flatMap(([key, item]) => [key, ...wordsIn(item, depth - 1)]);
}

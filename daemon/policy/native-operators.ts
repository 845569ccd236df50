/** What operators and methods come to on values whose types are known. */
import type { Typed, Value } from './native-values.ts';
import { textPattern } from './text-pattern.ts';

/** `t.kind == "path" ? … : …` */
export function choice(name: string, test: Typed, then: Typed, otherwise: Typed): Typed | undefined {
  if (name !== '_?_:_' || test.type !== 'boolean' || then.type !== otherwise.type) return undefined;
  const get: Typed['get'] = (subject, element) =>
    (test.get(subject, element) === true ? then : otherwise).get(subject, element);
  return { type: then.type, get };
}

const ORDER: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '_<_': (a, b) => a < b,
  '_<=_': (a, b) => a <= b,
  '_>_': (a, b) => a > b,
  '_>=_': (a, b) => a >= b,
};

export function comparison(name: string, a: Typed, b: Typed): Typed | undefined {
  if (name === '_&&_' || name === '_||_') return bothBoolean(name === '_||_', a, b);
  if (name === '_+_' && a.type === 'string' && b.type === 'string') {
    return { type: 'string', get: (subject, element) => `${a.get(subject, element)}${b.get(subject, element)}` };
  }
  if (name === '_==_') return { type: 'boolean', get: (subject, element) => a.get(subject, element) === b.get(subject, element) }; // prettier-ignore
  if (name === '_!=_') return { type: 'boolean', get: (subject, element) => a.get(subject, element) !== b.get(subject, element) }; // prettier-ignore
  const order = ORDER[name];
  if (order === undefined || a.type !== 'number' || b.type !== 'number') return undefined;
  return { type: 'boolean', get: (subject, element) => order(a.get(subject, element), b.get(subject, element)) };
}

/** Neither side can fail but by its pattern, so this is plain logic. */
function bothBoolean(decisive: boolean, a: Typed, b: Typed): Typed | undefined {
  if (a.type !== 'boolean' || b.type !== 'boolean') return undefined;
  return {
    type: 'boolean',
    get: (subject, element) => (a.get(subject, element) === decisive ? decisive : b.get(subject, element)),
  };
}

const METHODS: Readonly<Record<string, (text: string, part: string) => boolean>> = {
  startsWith: (text, part) => text.startsWith(part),
  endsWith: (text, part) => text.endsWith(part),
  contains: (text, part) => text.includes(part),
};

export function method(name: string, text: Typed, part: Typed): Typed | undefined {
  const call = METHODS[name];
  if (call === undefined) return undefined;
  return {
    type: 'boolean',
    get: (subject, element) => call(String(text.get(subject, element)), String(part.get(subject, element))),
  };
}

/** A pattern that is put together is another one each time. */
export function matching(text: Typed, pattern: Value | undefined): Typed | undefined {
  if (typeof pattern !== 'string') return undefined;
  const test = textPattern(pattern);
  return { type: 'boolean', get: (subject, element) => test(String(text.get(subject, element))) };
}

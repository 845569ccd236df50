import fc from 'fast-check';
import { expect, test } from 'vitest';

import { factKey, type FactNeed } from '../../../protocol/facts.ts';

const path = fc.string({ unit: 'binary' }).map((name) => `/${name}`);
const need: fc.Arbitrary<FactNeed> = fc.oneof(
  path.map((name): FactNeed => ({ kind: 'path', path: name })),
  path.map((name): FactNeed => ({ kind: 'tree', path: name })),
  path.map((name): FactNeed => ({ kind: 'git-alias', cwd: '/', name })),
  path.map((name): FactNeed => ({ kind: 'text', path: name })),
);

function reversed(value: FactNeed): FactNeed {
  return Object.fromEntries(Object.entries(value).toReversed()) as FactNeed; // the same fields
}

test('needs have the same key exactly when they are the same question', () => {
  fc.assert(
    fc.property(need, need, (a, b) => {
      expect(factKey(reversed(a))).toBe(factKey(a));
      expect(factKey(a) === factKey(b)).toBe(JSON.stringify(a) === JSON.stringify(b));
      expect(Object.fromEntries(JSON.parse(factKey(a)) as [string, unknown][])).toEqual(a);
    }),
  );
});

test('a field that is absent is one that says nothing', () => {
  const said = { kind: 'tree', path: '/a', only: undefined } as unknown as FactNeed; // as a caller without the types
  expect(factKey(said)).toBe(factKey({ kind: 'tree', path: '/a' }));
});

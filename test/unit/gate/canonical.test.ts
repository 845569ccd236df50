/** Canonical text is that of the library, whichever way it is made. */
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { canonicalText } from '../../../daemon/canonical.ts';
import { verifies } from '../../helpers/verifies.ts';

/** The text, or that there is none. */
function attempt(text: () => string | undefined): string {
  try {
    return text() ?? 'none';
  } catch {
    return 'none';
  }
}

function expectSame(value: unknown): void {
  expect(attempt(() => canonicalText(value))).toBe(attempt(() => canonicalize(value)));
}

test(verifies('gate:canonical'), () => {
  const anything = fc.anything({
    key: fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('__proto__', 'toJSON', '10', '9', '1a', 'é', 'a', 'B'),
    ),
    maxDepth: 4,
    withBoxedValues: true,
    withDate: true,
    withNullPrototype: true,
    withObjectString: true,
    withSparseArray: true,
    withTypedArray: true,
  });
  fc.assert(fc.property(anything, expectSame), { numRuns: 2_000 });
  fc.assert(fc.property(fc.jsonValue(), expectSame), { numRuns: 500 });
});

test('what is out of the ordinary', () => {
  const deep = JSON.parse(`${'['.repeat(5_000)}${']'.repeat(5_000)}`) as unknown;
  const cycle: Record<string, unknown> = {};
  cycle['self'] = cycle;
  const odd = [
    deep,
    cycle,
    { 10: 1, 9: 2, a: 3 },
    JSON.parse('{"__proto__":{"a":1},"b":2}'),
    { a: undefined, b: [undefined] },
    { at: new Date(0), toJSON: () => 'told' },
    Object.assign([1, 2], { toJSON: () => 3 }),
    ['\ud800', 'x'],
    { '\udc00': 1 },
    [-0, 1e21, 1e-7, 0.1 + 0.2],
    [Number.NaN],
    undefined,
    () => 1,
    10n,
    new Map([[1, 2]]),
  ];
  for (const value of odd) expectSame(value);
});

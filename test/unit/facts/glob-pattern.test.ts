/** Which names a glob takes, and that none makes it take for ever. */
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { segmentMatcher } from '../../../daemon/facts/glob-pattern.ts';
import { LookFailure } from '../../../daemon/facts/look-context.ts';
import { verifies } from '../../helpers/verifies.ts';

test.each([
  ['*', 'a', true],
  ['*', '.a', false],
  ['.*', '.a', true],
  ['a*b*c', 'aXbYc', true],
  ['a*b*c', 'aXbY', false],
  ['*ab', 'aab', true],
  ['?', '😀', true],
  ['[!a]', 'b', true],
  ['[]a]', ']', true],
  ['[a-c]x', 'bx', true],
  ['[', '[', true],
  ['\\*', '*', true],
  ['\\*', 'a', false],
  ['a\\', 'a\\', true],
  ['**', 'abc', true],
  ['', '', true],
  ['a+(b)', 'a+(b)', true],
])('`%s` and `%s`', (pattern, name, expected) => {
  expect(segmentMatcher(pattern)(name)).toBe(expected);
});

test(verifies('facts:glob-ends'), () => {
  const name = 'a'.repeat(255);
  expect(segmentMatcher(`${'*a'.repeat(100)}*b`)(name)).toBe(false);
  expect(segmentMatcher(`${'*a?'.repeat(60)}*a`)(name)).toBe(true);
  const unit = fc.constantFrom('*', '?', '[', ']', '!', '^', '-', '\\', 'a', 'b', '.', '{', '😀', ':');
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 60 }), fc.string({ unit: fc.constantFrom('a', 'b', '.', '😀'), maxLength: 100 }), (pattern, text) => {
      try {
        segmentMatcher(pattern)(text);
      } catch (error) {
        if (!(error instanceof LookFailure)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
}); // prettier-ignore

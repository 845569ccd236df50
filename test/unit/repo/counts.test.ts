/** The line that a test run ends with. */
import { describe, expect, test } from 'vitest';

import { addCounts, countingLine, NOTHING } from '../../../build/test/counts.ts';
import { verifies } from '../../helpers/verifies.ts';

describe(verifies('repo:counting-line'), () => {
  test('sums suites', () => {
    const total = addCounts({ passed: 3, failed: 0, skipped: 1 }, { passed: 2, failed: 1, skipped: 0 });
    expect(countingLine(total)).toBe('5 passed, 1 failed, 1 skipped');
  });

  test('names skipped tests only when there are some', () => {
    expect(countingLine(addCounts(NOTHING, { passed: 7, failed: 0, skipped: 0 }))).toBe('7 passed, 0 failed');
  });
});

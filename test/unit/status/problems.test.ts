/** Which problems the status tells, and for how long. */
import { expect, test } from 'vitest';

import { createProblems } from '../../../daemon/problems.ts';
import { verifies } from '../../helpers/verifies.ts';

const HOUR_MS = 3_600_000;

test(verifies('operations:problems-end'), () => {
  let now = 1_800_000_000_000;
  const problems = createProblems(() => now);
  problems.is('places', 'a socket is gone');
  problems.happened('the daemon failed');
  expect(problems.list(undefined)).toEqual(['a socket is gone', 'the daemon failed']);
  now += HOUR_MS / 2;
  problems.happened('the daemon failed');
  now += HOUR_MS - 1;
  // Counted from the last time; what is so stays however long it is.
  expect(problems.list(undefined)).toEqual(['a socket is gone', 'the daemon failed']);
  now += 1;
  expect(problems.list(undefined)).toEqual(['a socket is gone']);
  problems.is('places', undefined);
  expect(problems.list(undefined)).toEqual([]);
});

test('a notice is told for a day, and another anew', () => {
  let now = 1_800_000_000_000;
  const problems = createProblems(() => now);
  expect(problems.list('recovered')).toEqual(['recovered']);
  now += 24 * HOUR_MS - 1;
  expect(problems.list('recovered')).toEqual(['recovered']);
  now += 1;
  expect(problems.list('recovered')).toEqual([]);
  expect(problems.list('recovered again')).toEqual(['recovered again']);
});

/** What `go test -json` says, counted. */
import { expect, test } from 'vitest';

import { countsOf } from '../../../build/test/go.ts';
import { verifies } from '../../helpers/verifies.ts';

const of = (Action: string, Test?: string, Package = 'p') => ({
  Action,
  Package,
  ...(Test === undefined ? {} : { Test }),
});

test(verifies('sdk:go-counts'), () => {
  const alone = [of('run', 'A'), of('pass', 'A'), of('skip', 'B'), of('fail', 'C'), of('fail')];
  expect(countsOf(alone)).toEqual({ passed: 1, failed: 1, skipped: 1 });
  const nested = [of('pass', 'A/one'), of('pass', 'A/two'), of('pass', 'A'), of('pass', 'A', 'other/p')];
  expect(countsOf(nested)).toEqual({ passed: 3, failed: 0, skipped: 0 });
  const below = [of('fail', 'A/one'), of('pass', 'A/two'), of('fail', 'A')];
  expect(countsOf(below)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  const itself = [of('pass', 'A/one'), of('fail', 'A'), of('fail')];
  expect(countsOf(itself)).toEqual({ passed: 1, failed: 1, skipped: 0 });
  expect(countsOf([of('fail')])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

/** When `npm test` takes its long stage, and for how long. */
import { expect, test } from 'vitest';

import { longSeconds } from '../../../build/test/long.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('fuzz:long-stage'), () => {
  expect([undefined, '', '0', 'no', '-5', 'Infinity'].map(longSeconds)).toEqual([0, 0, 0, 0, 0, 0]);
  expect(['1', '30', '600'].map(longSeconds)).toEqual([600, 30, 600]);
});

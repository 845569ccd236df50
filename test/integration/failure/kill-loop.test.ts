/** A few rounds of `test/fuzz/kill-loop.ts`, which runs hundreds. */
import { randomInt } from 'node:crypto';
import { expect, test } from 'vitest';

import { killLoop } from '../../fuzz/kill/loop.ts';
import { verifies } from '../../helpers/verifies.ts';

test(verifies('spool:kill-loop'), { timeout: 180_000 }, async () => {
  const seed = randomInt(2 ** 31);
  const { kills, acknowledged, problems } = await killLoop({ kills: 5, homes: 1, seed });
  expect({ seed, problems }).toEqual({ seed, problems: [] });
  expect(kills).toBe(5);
  expect(acknowledged).toBeGreaterThan(0);
});

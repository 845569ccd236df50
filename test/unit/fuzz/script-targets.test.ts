/** Each target of the TypeScript side for a moment, always with the same inputs; `test/fuzz/main.ts` takes others for longer. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { SCRIPT_TARGETS } from '../../fuzz/script/targets.ts';

const SEED = 20_261_121;
const RUNS = 300;

describe(verifies('fuzz:script-targets'), () => {
  test.for(SCRIPT_TARGETS)('$name', { timeout: 60_000 }, async ({ property }) => {
    const details = await fc.check(await property(), { seed: SEED, numRuns: RUNS });
    expect(details.failed ? fc.stringify([details.counterexample, details.errorInstance]) : '').toBe('');
    expect(details.numRuns).toBe(RUNS);
  });
});

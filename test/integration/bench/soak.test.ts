/** A short soak: what is counted does not grow, and every command was guarded. */
import { expect, test } from 'vitest';

import { soak } from '../../../bench/soak/soak.ts';
import { verifies } from '../../helpers/verifies.ts';

test.skipIf(process.platform !== 'linux')(verifies('bench:soak'), async () => {
  const { throughShim, shimProblem, growth, last, traceRatio } = await soak({
    commands: 600,
    shimEvery: 20,
    samples: 12,
    print: () => undefined,
  });
  expect(throughShim).toBe(shimProblem === undefined ? 24 : 0);
  for (const name of ['openFiles', 'threads', 'filesInHome'] as const) {
    expect(growth[name], name).toMatchObject({ grows: false });
    expect(last[name], name).toBeGreaterThan(0);
  }
  expect(traceRatio).toBeGreaterThan(0);
});

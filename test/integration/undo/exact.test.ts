import { rmSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';

import { verifies } from '../../helpers/verifies.ts';
import { build, portrait, tree } from './trees.ts';
import { workshop } from './workshop.ts';

const RUNS = 60;

test(verifies('undo:exact'), async () => {
  const { place, save, restore } = workshop();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(tree, async (node) => {
      const trace = `t${run++}`;
      const path = `${place}/${trace}`;
      build(Buffer.from(path), node);
      const before = portrait(Buffer.from(path));
      const saved = await save(trace, [{ how: 'gone', paths: [path] }]);
      expect(saved.notRestorable).toEqual([]);
      rmSync(path, { recursive: true, force: true });
      const restored = await restore(trace, saved);
      expect(restored).toMatchObject({ restored: true, newer: [], incomplete: [] });
      expect(portrait(Buffer.from(path))).toEqual(before);
    }),
    { numRuns: RUNS },
  );
});

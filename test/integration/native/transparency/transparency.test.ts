/** A guarded tool acts as it does without a guard, whatever the mode and whether a daemon answers. */
import { describe, expect, test } from 'vitest';

import { verifies } from '../../../helpers/verifies.ts';
import { CALLERS } from './cases/callers.ts';
import { DESCRIPTORS } from './cases/descriptors.ts';
import { ENDINGS } from './cases/endings.ts';
import { LIMITS } from './cases/limits.ts';
import { PLACES } from './cases/places.ts';
import { PROCESSES } from './cases/processes.ts';
import { SHELL_DOINGS, SHELL_STARTS } from './cases/shells.ts';
import { SIGNALS } from './cases/signals.ts';
import { WORDS } from './cases/words.ts';
import { compare, type Case } from './compare.ts';
import { buildStage } from './stage.ts';

const GROUPS: readonly (readonly [string, readonly Case[]])[] = [
  ['how it ends', ENDINGS],
  ['signals', SIGNALS],
  ['descriptors', DESCRIPTORS],
  ['words and variables', WORDS],
  ['files and folders', PLACES],
  ['the process', PROCESSES],
  ['limits', LIMITS],
  ['callers', CALLERS],
  ['starts of shells', SHELL_STARTS],
  ['doings of shells', SHELL_DOINGS],
];

const GROUP_MS = 300_000;

// The probes read what Linux tells in /proc.
describe.skipIf(process.platform !== 'linux')(verifies('native:transparent'), () => {
  test.for(GROUPS)('%s', { timeout: GROUP_MS }, async ([, cases], { annotate }) => {
    const { differences, compared, left } = await compare(await buildStage(), cases);
    for (const reason of left) await annotate(`not compared: ${reason}`);
    expect(compared).toBeGreaterThan(0);
    expect(differences.join('\n')).toBe('');
  });
});

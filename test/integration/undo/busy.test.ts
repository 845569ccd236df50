/** What takes long keeps others waiting, and no more than that. */
import { statSync, truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, onTestFinished, test } from 'vitest';

import { createUndo, type Undo } from '../../../daemon/undo/undo.ts';
import { tempFolder } from '../../helpers/temp.ts';
import { verifies } from '../../helpers/verifies.ts';

const GIGABYTE = 1024 ** 3;
const LARGE_BYTES = GIGABYTE / 2;
const GENEROUS_MS = 50_000;
/** Less than a copy of the large file takes on any machine. */
const IMPATIENT_MS = 30;
const LIMITS = { quotaBytes: 20 * GIGABYTE, keepDays: 1, maxOperationBytes: 8 * GIGABYTE, maxFiles: 10 };

function scene(): { undo: Undo; place: string; save: (trace: string, name: string, ms?: number) => ReturnType<Undo['save']> } {
  const [home, place] = [tempFolder('home'), tempFolder('work')];
  const undo = createUndo({ trash: `${home}/trash`, home, homedir: home, limits: () => LIMITS, wallMs: Date.now });
  onTestFinished(() => undo.close());
  // Holes take no room, and time to read.
  writeFileSync(`${place}/large`, '');
  truncateSync(`${place}/large`, LARGE_BYTES);
  writeFileSync(`${place}/small`, 'x');
  const save = (trace: string, name: string, ms = GENEROUS_MS) =>
    undo.save({ trace, at: Date.now(), session: trace, summary: '', claims: [{ how: 'overwritten', paths: [`${place}/${name}`] }], sync: false }, ms); // prettier-ignore
  return { undo, place, save };
} // prettier-ignore

describe(
  verifies('undo:busy'),
  () => {
    test('a save that waits too long for another gives up alone', async () => {
    const { save } = scene();
    await save('t0', 'small');
    const long = save('t1', 'large');
    const [first, second] = [save('t2', 'small', IMPATIENT_MS), save('t3', 'small')];
    expect(await first).toMatchObject({ files: 0 });
    expect(await long).toMatchObject({ files: 1, notRestorable: [] });
    expect(await second).toMatchObject({ files: 1, notRestorable: [] });
  }); // prettier-ignore

    test('one that hangs takes nobody with it who waits behind it', async () => {
      const { save } = scene();
      await save('t0', 'small');
      const hung = save('t1', 'large', IMPATIENT_MS);
      const behind = save('t2', 'small');
      expect(await hung).toMatchObject({ files: 0 });
      expect(await behind).toMatchObject({ files: 1, notRestorable: [] });
    });

    test('a restore goes on while saves come and go', async () => {
      const { undo, place, save } = scene();
      const { digest } = await save('t1', 'large');
      writeFileSync(`${place}/large`, 'what the action left');
      const restoring = undo.restore('t1', { replace: false }, { digest, endedAt: Date.now() });
      await save('t2', 'large', IMPATIENT_MS);
      expect(await save('t3', 'small')).toMatchObject({ files: 1 });
      expect(await restoring).toMatchObject({ restored: true });
      expect(statSync(`${place}/large`).size).toBe(LARGE_BYTES);
    });
  },
  120_000,
);

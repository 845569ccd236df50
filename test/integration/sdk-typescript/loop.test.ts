/** The loop breaker. */
import { expect, test } from 'vitest';

import { createClient, LoopDetected, type ClientOptions } from '../../../sdk/typescript/src/index.ts';
import { createLoopBreaker } from '../../../sdk/typescript/src/loop.ts';
import { verifies } from '../../helpers/verifies.ts';
import { ALLOWED, faultyDaemon } from './faulty-daemon.ts';
import { thrownBy } from './scene.ts';

test(verifies('sdk:loop'), async () => {
  const { client, seen } = await faultyDaemon([{ body: ALLOWED }]);
  let ran = 0;
  const read = client.guard(
    (path: string, options: { lines?: number; from?: number } = {}) => [(ran += 1), path, options],
    { name: 'read' },
  );
  for (let at = 0; at < 4; at++) await read('a', { lines: 1, from: 2 });
  // Not the order in which arguments were written makes a call another one.
  const broken = await thrownBy(() => read('a', { from: 2, lines: 1 }));
  expect(broken).toBeInstanceOf(LoopDetected);
  expect(broken).toMatchObject({ code: 'loop_detected', tool: 'read', pattern: 'same', calls: 5 });
  expect(broken.message).toContain('5 times in a row');
  await client.flush();
  expect(seen.filter(({ path }) => path.endsWith('evaluate'))).toHaveLength(4);
  expect(ran).toBe(4);
  expect(await thrownBy(() => read('a', { from: 2, lines: 1 }))).toMatchObject({ calls: 6 });
  await read('b');
  await read('a', { from: 2, lines: 1 });

  const polled = client.guard(() => (ran += 1), { name: 'get_status', loop: false });
  for (let at = 0; at < 8; at++) await polled();
  const never = await faultyDaemon([{ body: ALLOWED }], { loop: false });
  const again = never.client.guard(() => (ran += 1), { name: 'get_status' });
  for (let at = 0; at < 8; at++) await again();
});

test("two calls that take turns, pauses, and limits of one's own", () => {
  let nowMs = 0;
  const breaker = createLoopBreaker({}, () => nowMs);
  const turns = (keys: string) => [...keys].map((key) => says(() => breaker.note('tool', key)));
  expect(turns('ababab')).toEqual(Array.from({ length: 6 }, () => 'ok'));
  expect(turns('a')).toEqual(['alternating 7']);
  expect(turns('caabbcc').every((said) => said === 'ok')).toBe(true);
  expect(turns('abcabcabcabc').every((said) => said === 'ok')).toBe(true);
  expect(turns('cccc')).toEqual(['ok', 'ok', 'ok', 'same 5']);
  nowMs += 600_001;
  expect(turns('cccc')).toEqual(['ok', 'ok', 'ok', 'ok']);
  const strict = createLoopBreaker({ same: 2, alternating: 4 });
  expect(says(() => strict.note('tool', 'a'))).toBe('ok');
  expect(says(() => strict.note('tool', 'a'))).toBe('same 2');
  expect([...'bab'].map((key) => says(() => strict.note('tool', key)))).toEqual(['ok', 'ok', 'alternating 4']);
});

function says(call: () => void): string {
  try {
    call();
    return 'ok';
  } catch (error) {
    if (error instanceof LoopDetected) return `${error.pattern} ${error.calls}`;
    throw error;
  }
}

test('a question that is taken up again is no loop', async () => {
  const pending = { ...ALLOWED, verdict: 'pending', approval: 'a1', reason: 'a person is asked' };
  const options: ClientOptions = { approval: 'raise', loop: { same: 3 } };
  const { client } = await faultyDaemon([{ body: pending }], options);
  const guarded = client.guard(() => 1, { name: 'tool' });
  for (let at = 0; at < 6; at++) expect(await thrownBy(guarded)).toMatchObject({ name: 'ApprovalPending' });
  expect(() => createClient({ url: 'unix:/nowhere' })).not.toThrow();
});

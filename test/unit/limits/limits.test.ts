import { describe, expect, test } from 'vitest';

import { createConnections } from '../../../daemon/limits/connections.ts';
import { socketLimits } from '../../../daemon/limits/descriptors.ts';
import { createFloods, type Flood } from '../../../daemon/limits/floods.ts';
import { createRoom, FREE_BYTES } from '../../../daemon/limits/room.ts';
import { createTurns } from '../../../daemon/limits/turns.ts';
import { verifies } from '../../helpers/verifies.ts';

const never = new AbortController().signal;
const sessionOfPid = (pid: number): string => (pid < 100 ? 'crowd' : `own-${pid}`);

describe('connections', () => {
  test(verifies('limits:connections'), () => {
    const connections = createConnections({ total: 64, perProcess: 24 }, sessionOfPid);
    const take = (pid: number) =>
      Array.from({ length: 50 }, () => connections.take(pid)).flatMap((leave) => leave ?? []);
    const leaves = take(1);
    expect(leaves).toHaveLength(24);
    // Half of all places are for whoever comes; from then on a session gets an eighth.
    expect(take(2)).toHaveLength(16);
    expect(take(3)).toHaveLength(0);
    expect(take(100)).toHaveLength(8);
    for (const leave of leaves) leave();
    expect(connections.count()).toBe(24);
    expect(connections.take(3)).toBeDefined();
  });

  test('few files are shared out so that people get in', () => {
    expect(socketLimits(1_000_000).agents).toEqual({ total: 1_024, perProcess: 512 });
    const { agents, controls, turnedAway } = socketLimits(256);
    expect(agents.total + controls.total + 2 * turnedAway).toBeLessThanOrEqual(96);
    expect(controls.total).toBeGreaterThanOrEqual(16);
    expect(socketLimits(10).agents.total).toBeGreaterThan(0);
  });
});

describe('room', () => {
  test(verifies('limits:bytes'), () => {
    const room = createRoom(1_000, 600);
    const holder = (session: string) => room.holding(() => session);
    const [first, second, other] = [holder('a'), holder('a'), holder('b')];
    expect(first.hold(FREE_BYTES + 500)).toBe(true);
    expect(second.hold(FREE_BYTES + 101)).toBe(false);
    // What needs no room is never refused, and another session has its own share.
    expect(second.hold(FREE_BYTES)).toBe(true);
    expect(other.hold(FREE_BYTES + 500)).toBe(true);
    expect(other.hold(FREE_BYTES + 501)).toBe(false);
    expect(room.takenBytes()).toBe(1_000);
    first.hold(0);
    expect(second.hold(FREE_BYTES + 400)).toBe(true);
    for (const each of [second, other]) each.hold(0);
    expect(room.takenBytes()).toBe(0);
  });
});

describe('turns', () => {
  const limits = { working: 4, workingPerSession: 2, waiting: 100, waitingPerSession: 50 };

  test(verifies('limits:fair'), async () => {
    const turns = createTurns(limits);
    const order: string[] = [];
    const ask = (session: string) =>
      turns.take(session, never, async () => {
        order.push(session);
        await new Promise((resolve) => setImmediate(resolve));
      });
    const flood = Array.from({ length: 50 }, () => ask('flood'));
    const late = Array.from({ length: 5 }, () => ask('late'));
    await Promise.all([...flood, ...late]);
    // Each of the late ones waited for no more than its own turn.
    expect(order.lastIndexOf('late')).toBeLessThan(20);
    expect(order).toHaveLength(55);
  });

  test('never more at a time than the limits say, of one session and of all', async () => {
    const turns = createTurns(limits);
    const busy = new Map<string, number>();
    let most = 0;
    let mostOfOne = 0;
    const ask = (session: string) =>
      turns.take(session, never, async () => {
        busy.set(session, (busy.get(session) ?? 0) + 1);
        const all = [...busy.values()];
        most = Math.max(
          most,
          all.reduce((sum, count) => sum + count, 0),
        );
        mostOfOne = Math.max(mostOfOne, ...all);
        await new Promise((resolve) => setImmediate(resolve));
        busy.set(session, (busy.get(session) ?? 1) - 1);
      });
    await Promise.all(['a', 'b', 'c'].flatMap((session) => Array.from({ length: 30 }, () => ask(session))));
    expect({ most, mostOfOne }).toEqual({ most: 4, mostOfOne: 2 });
  });

  test(verifies('limits:bounded'), async () => {
    const turns = createTurns(limits);
    const gate = Promise.withResolvers<void>();
    const held = Array.from({ length: 52 }, () => turns.take('a', never, () => gate.promise));
    expect(turns.isFull('a')).toBe(true);
    expect(turns.isFull('b')).toBe(false);
    await expect(turns.take('a', never, () => Promise.resolve())).rejects.toMatchObject({ code: 'too_busy' });
    expect(await turns.take('b', never, () => Promise.resolve(1))).toBe(1);
    gate.resolve();
    await Promise.all(held);
    expect(turns.isFull('a')).toBe(false);
  });

  test('who gives up leaves the queue, and a failure gives its place back', async () => {
    const turns = createTurns({ ...limits, working: 1 });
    const gate = Promise.withResolvers<void>();
    const first = turns.take('a', never, () => gate.promise);
    const abort = new AbortController();
    const gone = turns.take('a', abort.signal, () => Promise.resolve());
    const failing = turns.take('a', never, () => Promise.reject(new Error('broken')));
    const last = turns.take('a', never, () => Promise.resolve('done'));
    abort.abort();
    await expect(gone).rejects.toMatchObject({ code: 'approval_cancelled' });
    gate.resolve();
    await first;
    await expect(failing).rejects.toThrow('broken');
    expect(await last).toBe('done');
  });
});

test(verifies('limits:told'), () => {
  let now = 0;
  const told: Flood[] = [];
  const floods = createFloods(
    () => now,
    (flood) => told.push(flood),
  );
  for (let refused = 0; refused < 1_000; refused++) floods.note('a');
  floods.note('b');
  now = 20_000;
  floods.tick();
  expect(told).toEqual([
    { session: 'a', refused: 1 },
    { session: 'b', refused: 1 },
    { session: 'a', refused: 999 },
  ]);
});

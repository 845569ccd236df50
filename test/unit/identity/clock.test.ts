import { uptime } from 'node:os';
import { describe, expect, test } from 'vitest';

import { deadlineAfter, isPast, systemClock } from '../../../daemon/identity/clock.ts';
import { testClock } from '../../helpers/clock.ts';
import { verifies } from '../../helpers/verifies.ts';

const HOUR = 3_600_000;

describe('a deadline', () => {
  test('holds until its time, and no longer', () => {
    const clock = testClock();
    const deadline = deadlineAfter(clock, HOUR);
    clock.advance(HOUR - 1);
    expect(isPast(clock, deadline)).toBe(false);
    clock.advance(1);
    expect(isPast(clock, deadline)).toBe(true);
  });

  test(verifies('identity:clock'), () => {
    const clock = testClock();
    const deadline = deadlineAfter(clock, HOUR);
    clock.advance(HOUR / 2);
    // A small correction is ordinary; a step back is not, however long the deadline has held already.
    clock.stepWall(-1_500);
    expect(isPast(clock, deadline)).toBe(false);
    clock.stepWall(-1_500);
    expect(isPast(clock, deadline)).toBe(true);
    const forward = testClock();
    const other = deadlineAfter(forward, HOUR);
    forward.stepWall(HOUR);
    expect(isPast(forward, other)).toBe(true);
  });

  test('ends when the machine slept, even where the wall clock was set back meanwhile', () => {
    const clock = testClock();
    const deadline = deadlineAfter(clock, HOUR);
    clock.advance(HOUR);
    clock.stepWall(-HOUR);
    expect(isPast(clock, deadline)).toBe(true);
  });

  test('is measured from the last start of the machine', () => {
    expect(Math.abs(systemClock().bootMs() - uptime() * 1_000)).toBeLessThan(60_000);
  });
});

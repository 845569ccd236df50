/** A clock that a test moves. */
import type { Clock } from '../../daemon/identity/clock.ts';

export type TestClock = Clock & { advance(ms: number): void; stepWall(ms: number): void };

export function testClock(wallMs = 1_800_000_000_000): TestClock {
  let wall = wallMs;
  let boot = 1_000_000;
  return {
    wallMs: () => wall,
    bootMs: () => boot,
    advance(ms) {
      wall += ms;
      boot += ms;
    },
    stepWall(ms) {
      wall += ms;
    },
  };
}

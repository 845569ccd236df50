/** Time that a change of the wall clock or a suspended machine cannot stretch. */
import { uptime } from 'node:os';

export type Clock = {
  /** Milliseconds since the epoch. */
  readonly wallMs: () => number;
  /** Milliseconds since boot, suspend included. */
  readonly bootMs: () => number;
};

export function systemClock(): Clock {
  return { wallMs: () => Date.now(), bootMs: () => Math.round(uptime() * 1_000) };
}

/** A moment after which something no longer holds. */
export type Deadline = {
  readonly createdWallMs: number;
  readonly wallMs: number;
  readonly bootMs: number;
};

/** Clock drift that NTP corrects by steps; anything larger going backwards ends what was granted. */
const BACKWARD_STEP_MS = 2_000;

export function deadlineAfter(clock: Clock, durationMs: number): Deadline {
  const createdWallMs = clock.wallMs();
  return { createdWallMs, wallMs: createdWallMs + durationMs, bootMs: clock.bootMs() + durationMs };
}

/** The earlier of both clocks counts, and a wall clock set back ends it at once. */
export function isPast(clock: Clock, deadline: Deadline): boolean {
  const [wallMs, bootMs] = [clock.wallMs(), clock.bootMs()];
  // Both clocks run at one pace: when the wall clock has fallen behind the other, somebody set it back.
  const setBackMs = deadline.wallMs - deadline.bootMs - (wallMs - bootMs);
  return setBackMs > BACKWARD_STEP_MS || wallMs >= deadline.wallMs || bootMs >= deadline.bootMs;
}

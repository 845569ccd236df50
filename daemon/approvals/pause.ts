/** Observe or enforce, and the time-boxed window in which nobody is asked. The mode survives a restart, a pause does not. */
import { z } from 'zod';

import { Mode } from '../../protocol/decision.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from '../identity/clock.ts';
import { readJson, writeJson } from '../identity/private-file.ts';

export type Pause = { readonly until: Deadline; readonly reason: string };

export type Stance = {
  mode(): Mode;
  setMode(mode: Mode): void;
  pause(): Pause | undefined;
  startPause(durationMs: number, reason: string): Pause;
  /** Ends a pause; false when there was none. */
  endPause(): boolean;
  /** Ends a pause that has run out; true when it just did. */
  expire(): boolean;
};

const Saved = z.strictObject({ mode: Mode });

export function openStance(file: string, clock: Clock): Stance {
  let mode: Mode = Saved.parse(readJson(file) ?? { mode: 'enforce' }).mode;
  let pause: Pause | undefined;
  return {
    mode: () => mode,
    setMode(next) {
      writeJson(file, { mode: next });
      mode = next;
    },
    pause: () => (pause !== undefined && isPast(clock, pause.until) ? undefined : pause),
    startPause(durationMs, reason) {
      pause = { until: deadlineAfter(clock, durationMs), reason };
      return pause;
    },
    endPause() {
      const ended = pause !== undefined;
      pause = undefined;
      return ended;
    },
    expire() {
      if (pause === undefined || !isPast(clock, pause.until)) return false;
      pause = undefined;
      return true;
    },
  };
}

/** Observe or enforce, and the time-boxed window in which nobody is asked. The mode survives a restart, a pause does not. */
import { z } from 'zod';

import { Mode } from '../../protocol/decision.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from '../identity/clock.ts';
import { readJson, writeJson } from '../identity/private-file.ts';

export type Pause = { readonly until: Deadline; readonly reason: string; readonly by: string };

export type Stance = {
  mode(): Mode;
  setMode(mode: Mode): void;
  pause(): Pause | undefined;
  startPause(durationMs: number, reason: string, by: string): Pause;
  /** Ends a pause; false when there was none. */
  endPause(): boolean;
  /** Ends a pause that has run out; true when it just did. */
  expire(): boolean;
};

export const SavedStance = z.strictObject({ mode: Mode });

/** What the file says; whether anybody chose that is for the trace to tell. */
export function savedMode(file: string): Mode {
  return SavedStance.parse(readJson(file) ?? { mode: 'enforce' }).mode;
}

export function openStance(file: string, clock: Clock, first: Mode = savedMode(file)): Stance {
  let mode = first;
  let pause: Pause | undefined;
  return {
    mode: () => mode,
    setMode(next) {
      writeJson(file, { mode: next });
      mode = next;
    },
    pause: () => (pause !== undefined && isPast(clock, pause.until) ? undefined : pause),
    startPause(durationMs, reason, by) {
      pause = { until: deadlineAfter(clock, durationMs), reason, by };
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

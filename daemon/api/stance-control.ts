/** Changes of mode and pauses: applied, told to the native clients, recorded. */
import type { Mode } from '../../protocol/decision.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { Stance } from '../approvals/pause.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { ControlEvents } from './control-events.ts';

export type StanceControl = {
  setMode(mode: Mode): Promise<void>;
  /** `by` is a human. */
  pause(durationMs: number, reason: string, by: string): Promise<void>;
  resume(): Promise<void>;
  /** Ends a pause that has run out; called on a tick. */
  tick(): void;
};

export type StanceControlOptions = {
  readonly stance: Stance;
  readonly events: ControlEvents;
  readonly record: (events: readonly NewTraceEvent[]) => Promise<void>;
  /** Native clients that find no daemon act by the mode they were last told. */
  readonly tellClients: (mode: Mode) => void;
  readonly onChange: () => void;
};

export function createStanceControl(options: StanceControlOptions): StanceControl {
  const { stance, events, record, tellClients, onChange } = options;
  return {
    async setMode(mode) {
      if (mode === stance.mode()) return;
      // Recorded first: a looser mode that leaves no trace must not come into force.
      await record([events.modeChanged(mode)]);
      stance.setMode(mode);
      tellClients(mode);
      onChange();
    },
    async pause(durationMs, reason, by) {
      const pause = stance.startPause(durationMs, reason, by);
      try {
        await record([events.pauseStarted(pause.until.wallMs, reason)]);
      } catch (error) {
        stance.endPause();
        throw error;
      }
      onChange();
    },
    async resume() {
      if (!stance.endPause()) throw new CountersignError('not_found', 'nothing is paused');
      onChange();
      await record([events.pauseEnded('human')]);
    },
    tick() {
      if (!stance.expire()) return;
      onChange();
      void record([events.pauseEnded('system')]);
    },
  };
}

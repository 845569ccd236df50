/** What programs tell of their sessions: redacted, bounded, and recorded as frames for replay. */
import { CountersignError } from '../../protocol/errors.ts';
import type { SessionFrame } from '../../protocol/session-api.ts';
import type { NewTraceEvent, TraceData } from '../../protocol/trace.ts';
import { frame, type Origin } from '../gate/recorder.ts';

export type FrameLog = {
  /** Resolves once they are taken. Throws `too_large` when the session has told as much as is kept of one. */
  add(origin: Origin, frames: readonly SessionFrame[]): Promise<void>;
  forget(session: string): void;
};

export type FrameLogOptions = {
  readonly redactText: (text: string) => string;
  readonly append: (events: readonly NewTraceEvent[]) => Promise<void>;
};

/** Of one session: a long day of a talkative model. Beyond that it fills the disk of whoever is guarded. */
const MAX_SESSION_FRAMES = 50_000;
const MAX_SESSION_CHARS = 64 * 1024 * 1024;

type Told = { readonly frames: number; readonly chars: number };

export function createFrameLog({ redactText, append }: FrameLogOptions): FrameLog {
  const told = new Map<string, Told>();
  return {
    async add(origin, frames) {
      const before = told.get(origin.session) ?? { frames: 0, chars: 0 };
      const chars = frames.reduce((sum, one) => sum + charsOf(one), before.chars);
      const after = { frames: before.frames + frames.length, chars };
      if (after.frames > MAX_SESSION_FRAMES || chars > MAX_SESSION_CHARS) {
        throw new CountersignError('too_large', 'this session has told as much as is kept of one');
      }
      told.set(origin.session, after);
      await append(frames.map((one) => frameOf(origin, one, redactText)));
    },
    forget: (session) => void told.delete(session),
  };
}

function charsOf(told: SessionFrame): number {
  return told.type === 'usage' ? 0 : told.text.length;
}

/** Numbers stay in the chain; whatever somebody wrote can be erased. */
function frameOf(origin: Origin, told: SessionFrame, redactText: (text: string) => string): NewTraceEvent {
  const { type, at, model, trace } = told;
  const words = {
    ...(model === undefined ? {} : { model: redactText(model) }),
    ...(trace === undefined ? {} : { of: redactText(trace) }),
  };
  const text = told.type === 'usage' ? {} : { text: redactText(told.text) };
  const payload = { ...words, ...text };
  return frame(origin, {
    kind: `model.${type}`,
    actorType: 'agent',
    data: { toldAt: at ?? null, ...numbersOf(told) },
    ...(Object.keys(payload).length === 0 ? {} : { payload }),
  });
}

function numbersOf(told: SessionFrame): TraceData {
  if (told.type !== 'usage') return { chars: told.text.length };
  const { inputTokens, outputTokens, cachedTokens, costUsd, durationMs } = told;
  const given = Object.entries({ inputTokens, outputTokens, cachedTokens, costUsd, durationMs });
  return Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

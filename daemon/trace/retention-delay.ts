/** Settings that erase more than before wait, so that whoever edits a file cannot have the past erased unseen. */
import { z } from 'zod';

import { Config } from '../../protocol/config.ts';
import type { StoredFrame } from '../../protocol/trace.ts';
import type { Clock } from '../identity/clock.ts';
import { retentionFrame, retentionStateFrame } from './store-frames.ts';
import type { TraceStore } from './store.ts';

export type Retention = Config['retention'];

export type RetentionDelay = {
  /** What is in force, given what the settings ask for; `undefined` while they cannot be read. */
  look(asked: Retention | undefined): Promise<Retention>;
  /** What a person should know: that more is going to be erased, and from when on. */
  notice(): string | undefined;
};

type DelayOptions = {
  readonly store: Pick<TraceStore, 'frames' | 'append'>;
  readonly clock: Clock;
  readonly user: string;
};

const DAY_MS = 86_400_000;
/** Long enough that a person who looks once a week sees it before anything is gone. */
export const TIGHTENING_MS = 7 * DAY_MS;
/** INVARIANT: no agent can name a trace; what is in this one was written by the daemon, and the chain holds it. */
const RETENTION_TRACE = 'retention';

const KEEP_ALL: Retention = { payloadDays: null, recordingsDays: null, maxBytes: null };
const KEYS = ['payloadDays', 'recordingsDays', 'maxBytes'] as const;

type State = {
  readonly inForce: Retention;
  readonly wanted: Retention;
  /** Counted while somebody could have seen it; a step of the clock is worth a day at most. */
  readonly waitedMs: number;
};
type Moment = { readonly wallMs: number; readonly bootMs: number | undefined };

export function createRetentionDelay({ store, clock, user }: DelayOptions): RetentionDelay {
  let state: State | undefined;
  let saved: State | undefined;
  let seen: Moment | undefined;

  const load = async (): Promise<State> => {
    const last = lastState(await store.frames(RETENTION_TRACE));
    if (last !== undefined) seen = { wallMs: last.at, bootMs: undefined };
    saved = last?.state;
    return last?.state ?? { inForce: KEEP_ALL, wanted: KEEP_ALL, waitedMs: 0 };
  };
  const save = async (next: State): Promise<void> => {
    const changed = saved === undefined ? !same(next.wanted, KEEP_ALL) : !same(saved.inForce, next.inForce) || !same(saved.wanted, next.wanted);
    if (!changed && next.waitedMs - (saved?.waitedMs ?? 0) < DAY_MS) return;
    const origin = { at: clock.wallMs(), user };
    const texts = { inForce: JSON.stringify(next.inForce), wanted: JSON.stringify(next.wanted) };
    const told = changed ? [retentionFrame(origin, noticeOf(next, origin.at) ?? `kept: ${wordsOf(next.inForce)}`)] : [];
    await store.append([retentionStateFrame(origin, RETENTION_TRACE, { ...texts, waitedMs: next.waitedMs }), ...told], { durable: true });
    saved = next;
  };

  return {
    async look(asked) {
      const before = state ?? (await load());
      const now = { wallMs: clock.wallMs(), bootMs: clock.bootMs() };
      const next = advance(before, asked, seen === undefined ? 0 : elapsed(seen, now));
      // INVARIANT: nothing is in force before the trace tells of it.
      await save(next);
      [state, seen] = [next, now];
      return next.inForce;
    },
    notice: () => (state === undefined ? undefined : noticeOf(state, clock.wallMs())),
  };
} // prettier-ignore

function advance({ inForce, wanted, waitedMs }: State, asked: Retention | undefined, passedMs: number): State {
  const waits = !same(inForce, wanted);
  const next = asked ?? wanted;
  // Each wish for less waits for its whole time, also when it replaces another.
  const waited = waits && keepsAsMuch(next, wanted) ? waitedMs + passedMs : 0;
  if (waited >= TIGHTENING_MS || keepsAsMuch(next, inForce)) return { inForce: next, wanted: next, waitedMs: 0 };
  return { inForce: longer(inForce, next), wanted: next, waitedMs: waited };
}

/** Both clocks must agree within one run; over a restart nobody knows how long it really was. */
function elapsed(from: Moment, to: { readonly wallMs: number; readonly bootMs: number }): number {
  const wall = to.wallMs - from.wallMs;
  return Math.max(0, Math.min(wall, from.bootMs === undefined ? DAY_MS : to.bootMs - from.bootMs));
}

const StoredState = z.object({ inForce: z.string(), wanted: z.string(), waitedMs: z.number().nonnegative() });

function lastState(frames: readonly StoredFrame[]): { readonly state: State; readonly at: number } | undefined {
  const frame = frames.findLast(({ event }) => event.kind === 'config.loaded');
  if (frame === undefined) return undefined;
  const { inForce, wanted, waitedMs } = StoredState.parse(frame.event.data);
  return { state: { inForce: retentionIn(inForce), wanted: retentionIn(wanted), waitedMs }, at: frame.event.at };
}

function retentionIn(text: string): Retention {
  return Config.shape.retention.parse(JSON.parse(text));
}

function keepsAsMuch(one: Retention, other: Retention): boolean {
  return KEYS.every((key) => (one[key] ?? Infinity) >= (other[key] ?? Infinity));
}

function longer(one: Retention, other: Retention): Retention {
  const of = (key: (typeof KEYS)[number]): number | null => {
    const [a, b] = [one[key], other[key]];
    return a === null || b === null ? null : Math.max(a, b);
  };
  return { payloadDays: of('payloadDays'), recordingsDays: of('recordingsDays'), maxBytes: of('maxBytes') };
}

function same(one: Retention, other: Retention): boolean {
  return KEYS.every((key) => one[key] === other[key]);
}

function noticeOf({ inForce, wanted, waitedMs }: State, now: number): string | undefined {
  if (same(inForce, wanted)) return undefined;
  const from = new Date(now + TIGHTENING_MS - waitedMs).toISOString().slice(0, 16).replace('T', ' ');
  return `retention was tightened by config.yaml; from ${from} UTC on only this is kept: ${wordsOf(wanted)}; edit config.yaml to undo it`;
}

function wordsOf({ payloadDays, recordingsDays, maxBytes }: Retention): string {
  const parts = [
    payloadDays === null ? '' : `contents of ${payloadDays} days`,
    recordingsDays === null ? '' : `recordings of ${recordingsDays} days`,
    maxBytes === null ? '' : `a trace of ${Math.round(maxBytes / 1024 / 1024)} MiB`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? 'everything' : parts.join(', ');
}

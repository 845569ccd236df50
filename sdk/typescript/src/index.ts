/** Countersign for agents in TypeScript and JavaScript: ask before a tool runs. */
import type { EvaluateOptions } from './ask.ts';
import type { AnyFunction, Guarded, GuardOptions } from './options.ts';
import type { Session, SessionOptions } from './session.ts';
import { defaultClient } from './shared.ts';
import type { Action, Answer, Frame, Outcome } from './wire.ts';

export { createClient, type Client } from './client.ts';
export { defaultClient } from './shared.ts';
export type { ClientOptions } from './core.ts';
export type { EvaluateOptions } from './ask.ts';
export { ApprovalPending, CountersignError, DaemonUnavailable, Denied, LoopDetected, refusalText } from './errors.ts';
export type { LoopLimits } from './loop.ts';
export type { CallOptions, Guarded, GuardOptions, ObligationHandlers } from './options.ts';
export type { Session, SessionOptions, TextStream } from './session.ts';
export type * from './wire.ts';

/**
 * A function with the name, the type and the arguments of `tool` that asks before it runs.
 *
 * Throws instead of running it: `Denied` (policy or a person said no), `ApprovalPending` (a person has not answered within
 * `timeoutMs`, ten minutes by default), `LoopDetected` (the agent repeats itself), `DaemonUnavailable` (nobody could be asked).
 *
 * @example
 * const deleteUser = guard(async function deleteUser(id: string) { … }, { approval: 'wait' });
 */
export function guard<F extends AnyFunction>(tool: F, options: GuardOptions<F> = {}): Guarded<F> {
  return defaultClient().guard(tool, options);
}

/** Asks about one action. Denials and questions are answers, not errors. */
export function evaluate(action: Action, options: EvaluateOptions = {}): Promise<Answer> {
  return defaultClient().evaluate(action, options);
}

/** Says what came of an action that `evaluate` allowed. */
export function outcome(requestId: string, what: Outcome): Promise<void> {
  return defaultClient().outcome(requestId, what);
}

/** Opens a session of this process: it is governed from then on, and what it tells is kept for replay. */
export function session(options: SessionOptions = {}): Promise<Session> {
  return defaultClient().session(options);
}

/** Keeps a frame of the session, which is opened when there is none. Never throws and never waits. */
export function record(frame: Frame): void {
  defaultClient().record(frame);
}

/** Resolves when all reports and frames are with the daemon. */
export function flush(): Promise<void> {
  return defaultClient().flush();
}

/** What all guarded functions of a client share. */
import { ask, type EvaluateOptions } from './ask.ts';
import type { EndpointOptions } from './endpoint.ts';
import { createLoopBreaker, type LoopBreaker, type LoopLimits } from './loop.ts';
import type { CallOptions } from './options.ts';
import { createQuestions, type Questions } from './questions.ts';
import { exchange } from './retry.ts';
import type { Transport } from './transport.ts';
import type { Action, Answer, Outcome } from './wire.ts';

/** Options of `createClient`: where the daemon is, and what holds for each guarded call. */
export type ClientOptions = EndpointOptions &
  CallOptions & {
    /** When the agent counts as going round in circles; `false` for never. */
    readonly loop?: LoopLimits | false | undefined;
  };

export type Core = {
  readonly options: ClientOptions;
  readonly questions: Questions;
  readonly loop: LoopBreaker | undefined;
  ask(action: Action, options: EvaluateOptions): Promise<Answer>;
  outcome(requestId: string, outcome: Outcome): Promise<void>;
  /** In the background; a report that does not arrive changes nothing. */
  report(requestId: string, outcome: Outcome): void;
  /** Resolves when all reports are through or given up. */
  reported(): Promise<void>;
  warn(message: string): void;
};

const REPORT_MS = 15_000;

export function createCore(options: ClientOptions, transport: Transport): Core {
  const underWay = new Set<Promise<void>>();
  const core: Core = {
    options,
    questions: createQuestions(),
    loop: options.loop === false ? undefined : createLoopBreaker(options.loop),
    ask: (action, evaluateOptions) => ask(transport, action, evaluateOptions),
    async outcome(requestId, outcome) {
      const path = `/agent/requests/${encodeURIComponent(requestId)}/outcome`;
      await exchange(transport, { method: 'POST', path, body: outcome, timeoutMs: REPORT_MS, repeatable: true });
    },
    report(requestId, outcome) {
      const told = core
        .outcome(requestId, outcome)
        .catch((error: unknown) => core.warn(`what came of ${requestId} was not recorded: ${String(error)}`))
        .finally(() => underWay.delete(told));
      underWay.add(told);
    },
    async reported() {
      await Promise.all(underWay);
    },
    warn: (message) => process.emitWarning(message, 'CountersignWarning'),
  };
  return core;
}

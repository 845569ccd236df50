/** A client of the daemon: guards functions, asks, reports and records. */
import type { EvaluateOptions } from './ask.ts';
import { createCore, type ClientOptions } from './core.ts';
import { findEndpoint } from './endpoint.ts';
import { createFrames } from './frames.ts';
import { guardWith } from './guard.ts';
import type { AnyFunction, Guarded, GuardOptions } from './options.ts';
import { openSession, sendFrames, sessionOf, type Opened, type Session, type SessionOptions } from './session.ts';
import { createTransport } from './transport.ts';
import type { Action, Answer, Frame, Outcome } from './wire.ts';

/** One connection to the daemon with its own loop breaker and session. */
export type Client = {
  /**
   * A function with the name, the type and the arguments of `tool` that asks before it runs.
   * Throws `Denied`, `ApprovalPending`, `LoopDetected` or `DaemonUnavailable` instead of running it.
   */
  guard<F extends AnyFunction>(tool: F, options?: GuardOptions<F>): Guarded<F>;
  /**
   * Asks about one action. Denials and questions are answers, not errors; throws `CountersignError` for a request the
   * daemon refuses and `DaemonUnavailable` when it cannot be asked.
   */
  evaluate(action: Action, options?: EvaluateOptions): Promise<Answer>;
  /** Says what came of an action. The same report again is no second one. */
  outcome(requestId: string, outcome: Outcome): Promise<void>;
  /** Opens a session of this process, or goes on with the one it has. */
  session(options?: SessionOptions): Promise<Session>;
  /** Keeps a frame of the session, which is opened when there is none. Never throws and never waits. */
  record(frame: Frame): void;
  /** Resolves when all reports and frames are with the daemon; throws when frames could not be recorded. */
  flush(): Promise<void>;
  /** Flushes and closes the connections. */
  close(): Promise<void>;
};

/** A client of its own; the functions of this module share one that takes everything from the environment. */
export function createClient(options: ClientOptions = {}): Client {
  const transport = createTransport(findEndpoint(options));
  const core = createCore(options, transport);
  let opened: Promise<Opened> | undefined;

  const open = (sessionOptions: SessionOptions): Promise<Opened> => {
    const mine = openSession(transport, { agent: options.agent, ...sessionOptions });
    opened = mine;
    mine.catch(() => {
      if (opened === mine) opened = undefined;
    });
    return mine;
  };
  const frames = createFrames({
    send: async (batch) => sendFrames(transport, await (opened ?? open({})), batch),
    warn: core.warn,
  });

  return {
    guard: (tool, guardOptions = {}) => guardWith(core, tool, guardOptions),
    evaluate: (action, evaluateOptions = {}) => {
      const named = {
        ...(options.agent && { agent: options.agent }),
        ...(options.policy && { policy: options.policy }),
      };
      return core.ask({ ...named, ...action }, evaluateOptions);
    },
    outcome: (requestId, outcome) => core.outcome(requestId, outcome),
    async session(sessionOptions = {}) {
      return sessionOf(transport, await open(sessionOptions), frames, () => (opened = undefined));
    },
    record: frames.add,
    async flush() {
      await core.reported();
      await frames.flush();
    },
    async close() {
      try {
        await core.reported();
        await frames.flush();
      } finally {
        transport.close();
      }
    },
  };
}

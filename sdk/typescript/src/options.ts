/** What `guard` takes, and the types it keeps. */
import type { Action, ActionContext, ObligationKind, Obligation } from './wire.ts';

// What it is called with is checked where it is called; `any` lets the arguments of a function given in place be inferred.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyFunction = (...args: any[]) => unknown;

/** Arguments to call a tool with instead of the ones it was given, in its own order. */
export type ArgumentsOf<F extends AnyFunction> = readonly Parameters<F>[number][];

/** The type of a guarded function: the same where it is asynchronous already, otherwise it resolves to what it returned. */
export type Guarded<F extends AnyFunction> =
  ReturnType<F> extends PromiseLike<unknown> | AsyncGenerator<unknown, unknown, unknown>
    ? F
    : (this: ThisParameterType<F>, ...args: Parameters<F>) => Promise<Awaited<ReturnType<F>>>;

type ObligationOf<K extends ObligationKind> = Extract<Obligation, { kind: K }>;

/**
 * How obligations are honoured. Those about the call get its arguments and return the ones to call with instead;
 * `redact-output` gets the result and returns what may be shown.
 */
export type ObligationHandlers<F extends AnyFunction> = {
  readonly [K in Exclude<ObligationKind, 'redact-output'>]?: (
    args: Parameters<F>,
    obligation: ObligationOf<K>,
  ) => ArgumentsOf<F>;
} & {
  readonly 'redact-output'?: (
    result: Awaited<ReturnType<F>>,
  ) => Awaited<ReturnType<F>> | Promise<Awaited<ReturnType<F>>>;
};

/** What holds for each call of a guarded function unless it says otherwise. */
export type CallOptions = {
  /** Name of a policy to hold besides what holds anyway; it can only make it stricter. */
  readonly policy?: string | undefined;
  /** `wait` (default): a call lasts until a person has answered. `raise`: it throws `ApprovalPending` at once. */
  readonly approval?: 'wait' | 'raise' | undefined;
  /** How long a call waits for a person, in ms. Default 600,000. */
  readonly timeoutMs?: number | undefined;
  /** Display name of the agent. */
  readonly agent?: string | undefined;
  /** Run the tool when the daemon cannot be reached. Off unless written down; a denial holds all the same. */
  readonly failOpen?: 'observe' | undefined;
};

/** Options of `guard`. */
export type GuardOptions<F extends AnyFunction> = CallOptions & {
  /** Name of the tool; that of the function by default. */
  readonly name?: string | undefined;
  /** Names of its parameters, in their order; as they are written in its source by default. */
  readonly parameters?: readonly string[] | undefined;
  /** Names of arguments whose values are not sent, or what to send in place of all of them. */
  readonly redact?:
    readonly string[] | ((args: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>) | undefined;
  /** What a call really does, when it is a program, SQL, an HTTP request or a tool of an MCP server. */
  readonly action?: ((...args: Parameters<F>) => Action) | undefined;
  /** The agent's intent, shown to the person. */
  readonly context?: ActionContext | ((...args: Parameters<F>) => ActionContext | undefined) | undefined;
  /** Aborting it withdraws the question, and the tool does not run. */
  readonly signal?: AbortSignal | ((...args: Parameters<F>) => AbortSignal | undefined) | undefined;
  readonly obligations?: ObligationHandlers<F> | undefined;
  /**
   * The arguments that run `argv` instead. By default it is put where the words or the shell source of the `exec` action
   * stand in the arguments; a call in which they do not is denied.
   */
  readonly rewrite?: ((argv: readonly string[], args: Parameters<F>) => ArgumentsOf<F>) | undefined;
  /** `false`: calls of this tool do not count as a loop, for tools that are meant to be polled. */
  readonly loop?: false | undefined;
  /** The function returns an async generator; found out by itself unless a compiler rewrote it. */
  readonly streaming?: boolean | undefined;
};

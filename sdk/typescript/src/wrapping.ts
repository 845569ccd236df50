/** What the wrappers of the frameworks share: one call of a tool, guarded by its name and its input. */
import type { Client } from './client.ts';
import { CountersignError, refusalText } from './errors.ts';
import type { CallOptions, GuardOptions } from './options.ts';
import { defaultClient } from './shared.ts';
import type { Action, ActionContext } from './wire.ts';

/** Options of the wrappers. */
export type WrapOptions = CallOptions & {
  /** The client to ask with; the shared one by default. */
  readonly client?: Client | undefined;
  /** Names of arguments whose values are not sent. */
  readonly redact?: readonly string[] | undefined;
  /** What calls of single tools really do, by the name of the tool. */
  // Each of them takes the input of its own tool, which the framework has looked at.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly actions?: Readonly<Record<string, (input: any) => Action>> | undefined;
  /** Names of tools that are meant to be called again and again. */
  readonly polled?: readonly string[] | undefined;
};

export type ToolCall = {
  readonly name: string;
  readonly input: unknown;
  readonly schema?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly context?: ActionContext;
  /** `false`: the work cannot be ended by a signal, so no limit in time can be honoured. */
  readonly takesSignal?: false;
};

type Work<R> = (input: unknown, signal: AbortSignal | undefined) => R;

/** Runs `work` with what may be run and a signal that ends it in time. */
export function callGuarded<R>(call: ToolCall, options: WrapOptions, work: Work<R>): Promise<Awaited<R>> {
  const limits = limitsOf(call);
  const tool = async (input: unknown): Promise<Awaited<R>> => await work(input, limits.signal());
  return clientOf(options).guard(tool, { ...guardOptions(call, options), obligations: limits.handlers })(call.input);
}

/** The same for work that gives its result piece by piece. */
export function streamGuarded<T>(
  call: ToolCall,
  options: WrapOptions,
  work: Work<AsyncIterable<T>>,
): AsyncGenerator<T, void, unknown> {
  const limits = limitsOf(call);
  const tool = async function* (input: unknown): AsyncGenerator<T, void, unknown> {
    yield* work(input, limits.signal());
  };
  return clientOf(options).guard(tool, { ...guardOptions(call, options), obligations: limits.handlers })(call.input);
}

/** The refusal as the model should read it. Other errors, which are the tool's own, stay as they are. */
export function inWords(error: unknown): unknown {
  const text = refusalText(error);
  if (text !== undefined && error instanceof CountersignError) error.message = text;
  return error;
}

function clientOf({ client }: WrapOptions): Client {
  return client ?? defaultClient();
}

function guardOptions(call: ToolCall, options: WrapOptions): GuardOptions<(input: unknown) => never> {
  const { client: _, actions = {}, polled = [], ...rest } = options;
  const parameters = schemaNames(call.schema) ?? (typeof call.input === 'object' ? undefined : ['input']);
  const action = Object.hasOwn(actions, call.name) ? actions[call.name] : undefined;
  return {
    ...rest,
    name: call.name,
    ...(parameters === undefined ? {} : { parameters }),
    ...(action === undefined ? {} : { action }),
    ...(call.context === undefined ? {} : { context: call.context }),
    signal: call.signal,
    ...(polled.includes(call.name) ? { loop: false as const } : {}),
  };
}

/** A limit in time ends the tool through its signal. */
function limitsOf({ signal: given, takesSignal }: ToolCall) {
  let limit: AbortSignal | undefined;
  const timeout = (args: [input: unknown], { timeoutMs }: { timeoutMs: number }): [input: unknown] => {
    limit = AbortSignal.timeout(timeoutMs);
    return args;
  };
  return {
    handlers: takesSignal === false ? {} : { timeout },
    signal: () => (given !== undefined && limit !== undefined ? AbortSignal.any([given, limit]) : (limit ?? given)),
  };
}

/** Names of the arguments, from a Zod object or a JSON schema, plain or wrapped. */
function schemaNames(schema: unknown): readonly string[] | undefined {
  for (const path of [['shape'], ['properties'], ['jsonSchema', 'properties']]) {
    const found = path.reduce((value: unknown, name) => (isObject(value) ? value[name] : undefined), schema);
    if (isObject(found)) return Object.keys(found);
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

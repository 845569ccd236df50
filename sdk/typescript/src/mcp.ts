/** Guards the tools that a client of the MCP SDK calls (`@modelcontextprotocol/client` or `@modelcontextprotocol/sdk`). */
import { refusalText } from './errors.ts';
import type { Action, Json } from './wire.ts';
import { callGuarded, streamGuarded, type ToolCall, type WrapOptions } from './wrapping.ts';

export type { WrapOptions } from './wrapping.ts';

/** What the clients of both generations of the SDK have in common. */
export type McpClient = { callTool(...args: never[]): unknown };

/** Options of `guardClient`. */
export type McpOptions = WrapOptions & {
  /** Name of the server; the one it told when it was connected by default. */
  readonly server?: string | undefined;
};

type Params = { readonly name: string; readonly arguments?: Readonly<Record<string, Json>> };
type Method = (...args: readonly unknown[]) => unknown;
type Streaming = (...args: readonly unknown[]) => AsyncIterable<unknown>;
type Named = { getServerVersion?(): { readonly name?: string } | undefined };

/**
 * The same client, asking before it calls a tool by `callTool`, by a raw `tools/call` request or as a task; everything else
 * goes through untouched. A refusal becomes a result with `isError` that tells the model what to do next.
 *
 * @example
 * const client = guardClient(new Client({ name: 'agent', version: '1.0.0' }));
 */
export function guardClient<C extends McpClient>(client: C, options: McpOptions = {}): C {
  const nameOf = () => options.server ?? (client as Named).getServerVersion?.()?.name ?? 'mcp';
  const asked = askedFor(options, nameOf);

  const request = (method: Method): Method => {
    return (first, ...own) => {
      const { method: name, params } = first as { readonly method?: string; readonly params?: Params };
      if (name !== 'tools/call' || params === undefined) return method(first, ...own);
      return answered(asked, params, own, (allowed) => method({ ...(first as object), params: allowed }, ...own));
    };
  };
  const guards: Readonly<Record<string, (method: Method) => Method>> = {
    request,
    callTool:
      (method) =>
      (params, ...own) =>
        answered(asked, params as Params, own, (allowed) => method(allowed, ...own)),
    callToolStream:
      (method) =>
      (params, ...own) =>
        streamed(asked, params as Params, own, (allowed) => (method as Streaming)(allowed, ...own)),
  };
  return behind(client, guards);
}

/** The object itself, but for the methods that are guarded and for what its experimental parts hold. */
function behind<T extends object>(target: T, guards: Readonly<Record<string, (method: Method) => Method>>): T {
  return new Proxy(target, {
    get(_, property) {
      // Read and called on the target, whose private parts a stand-in does not have.
      const value: unknown = Reflect.get(target, property, target);
      if ((property === 'experimental' || property === 'tasks') && isObject(value)) return behind(value, guards);
      if (typeof value !== 'function') return value;
      const method: Method = (...args) => Reflect.apply(value, target, args) as unknown;
      const guard = typeof property === 'string' && Object.hasOwn(guards, property) ? guards[property] : undefined;
      if (guard !== undefined) return guard(method);
      // What somebody has put there, such as `onclose`, is given back as it was.
      return Object.hasOwn(target, property) ? value : method;
    },
    set: (_, property, value) => Reflect.set(target, property, value, target),
  });
}

type Asked = (params: Params, own: readonly unknown[]) => { readonly call: ToolCall; readonly wrap: WrapOptions };

function askedFor({ server: _, actions = {}, ...rest }: McpOptions, nameOf: () => string): Asked {
  return ({ name, arguments: input = {} }, own) => {
    const withSignal = own.find((one) => isObject(one) && one['signal'] instanceof AbortSignal);
    const action = (args: Params['arguments'] & {}): Action => ({ kind: 'mcp', server: nameOf(), tool: name, args });
    return {
      call: {
        name,
        input,
        takesSignal: false,
        signal: (withSignal as { readonly signal?: AbortSignal } | undefined)?.signal,
      },
      wrap: { ...rest, actions: { [name]: action, ...actions } },
    };
  };
}

async function answered(asked: Asked, params: Params, own: readonly unknown[], work: Method): Promise<unknown> {
  const { call, wrap } = asked(params, own);
  try {
    return await callGuarded(call, wrap, (input) => work(allowed(params, call, input)));
  } catch (error) {
    return refused(error);
  }
}

async function* streamed(asked: Asked, params: Params, own: readonly unknown[], work: Streaming): AsyncGenerator {
  const { call, wrap } = asked(params, own);
  try {
    yield* streamGuarded(call, wrap, (input) => work(allowed(params, call, input)));
  } catch (error) {
    yield { type: 'result', result: refused(error) };
  }
}

/** As it was given where nothing changed it. */
function allowed(params: Params, call: ToolCall, input: unknown): unknown {
  return input === call.input ? params : { ...params, arguments: input };
}

function refused(error: unknown) {
  const text = refusalText(error);
  if (text === undefined) throw error;
  return { isError: true, content: [{ type: 'text', text }] };
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The one client of the daemon: routes by name, typed from the table in `protocol/routes.ts`. */
import type { z } from 'zod';

import { CountersignError } from '../../protocol/errors.ts';
import { ROUTES, type Route, type RouteName } from '../../protocol/routes.ts';
import { exchange } from './http.ts';
import { openLive, type Live, type LiveHandlers } from './live.ts';

type Table = typeof ROUTES;

/** Names of the routes that `agent.sock` serves. */
export type AgentRoute = { [N in RouteName]: Table[N]['right'] extends 'ask' ? N : never }[RouteName];
/** Names of the routes that `control.sock` serves. */
export type ControlRoute = Exclude<RouteName, AgentRoute>;

type ParamNames<P extends string> = P extends `${string}{${infer Name}}${infer Rest}` ? Name | ParamNames<Rest> : never;
type ParamsOf<R extends Route> = [ParamNames<R['path']>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<ParamNames<R['path']>, string>> };
type BodyOf<R extends Route> = R extends { request: infer S extends z.ZodType }
  ? { readonly body: z.input<S> }
  : { readonly body?: undefined };
type QueryOf<R extends Route> = R extends { query: infer S extends z.ZodType }
  ? { readonly query?: Partial<z.output<S>> }
  : { readonly query?: undefined };

/** What a call needs: path parameters, a query, a body, and a signal that gives up waiting. */
export type CallInput<N extends RouteName> = ParamsOf<Table[N]> &
  BodyOf<Table[N]> &
  QueryOf<Table[N]> & { readonly signal?: AbortSignal | undefined };
/** What a call resolves to. */
export type CallOutput<N extends RouteName> = z.output<Table[N]['response']>;

type CallArguments<N extends RouteName> =
  Record<never, never> extends CallInput<N> ? [input?: CallInput<N>] : [input: CallInput<N>];

/** Calls routes by name; throws {@link CountersignError} with the code the daemon gave. */
export type Client<Names extends RouteName> = {
  call<N extends Names>(name: N, ...input: CallArguments<N>): Promise<CallOutput<N>>;
};

/** May ask: evaluate actions, wait for answers, report outcomes. */
export type AgentClient = Client<AgentRoute>;

/** May look and, with a control session, decide. */
export type ControlClient = Client<ControlRoute> & {
  /** Follows what happens; resolves once connected. */
  live(handlers: LiveHandlers): Promise<Live>;
};

/** Where the daemon listens. */
export type ClientOptions = {
  readonly socketPath: string;
  /** What the person or the agent asked for, in words: shown in the trace when a call is refused. */
  readonly intent?: string | undefined;
};

/** A client of `agent.sock`. */
export function createAgentClient(options: ClientOptions): AgentClient {
  return { call: (name, ...input) => callRoute(options, name, input[0]) };
}

/** A client of `control.sock`. */
export function createControlClient(options: ClientOptions): ControlClient {
  return {
    call: (name, ...input) => callRoute(options, name, input[0]),
    live: (handlers) => openLive(options.socketPath, handlers),
  };
}

type LooseInput = {
  readonly params?: Readonly<Record<string, string>> | undefined;
  readonly query?: Readonly<Record<string, unknown>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
};

async function callRoute<N extends RouteName>(options: ClientOptions, name: N, input: unknown): Promise<CallOutput<N>> {
  const route: Route = ROUTES[name];
  const { params = {}, query = {}, body, signal } = (input ?? {}) as LooseInput; // typed by CallInput at every caller
  const path = fillPath(route.path, params) + queryString(query);
  const reply = await exchange({ ...options, method: route.method, path, body, signal });
  const checked = route.response.safeParse(reply);
  if (checked.success) return checked.data as CallOutput<N>; // the schema of this very route
  throw new CountersignError('unsupported_version', `the daemon's answer to \`${name}\` is not of the known shape`, {
    cause: checked.error,
  });
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryString(query: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined);
  if (pairs.length === 0) return '';
  const search = new URLSearchParams();
  for (const [name, value] of pairs) search.set(name, String(value));
  return `?${search.toString()}`;
}

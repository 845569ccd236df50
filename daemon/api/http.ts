/** HTTP on Unix sockets: finds the route, validates once, answers JSON or a problem document. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { z } from 'zod';

import { CountersignError } from '../../protocol/errors.ts';
import type { Holding, Room } from '../limits/room.ts';
import { parseJsonText } from '../json-text.ts';
import {
  API_VERSION,
  API_VERSION_HEADER,
  INTENT_HEADER,
  REQUEST_ID_HEADER,
  ROUTES,
  type Right,
  type Route,
  type RouteName,
} from '../../protocol/routes.ts';

/** A call that passed the route table and its schemas. */
export type Call = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly headers: unknown;
  readonly body: unknown;
  /** Hears that nobody waits for the answer any more. */
  readonly onGone: (listener: () => void) => void;
};

type InputOf<R extends Route> = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: R extends { query: z.ZodType } ? z.output<R['query']> : undefined;
  readonly headers: R extends { headers: z.ZodType } ? z.output<R['headers']> : undefined;
  readonly body: R extends { request: z.ZodType } ? z.output<R['request']> : undefined;
} & Pick<Call, 'onGone'>;

/** One handler per route; `C` is what the socket knows of the peer. */
export type Handlers<C, N extends RouteName> = {
  readonly [K in N]: (
    input: InputOf<(typeof ROUTES)[K]>,
    peer: C,
  ) => z.input<(typeof ROUTES)[K]['response']> | Promise<z.input<(typeof ROUTES)[K]['response']>>;
};

export type HttpOptions<C, N extends RouteName> = {
  /** Throws when nothing can be known of the peer, or what it shows of itself is wrong. */
  readonly peerOf: (request: IncomingMessage) => C;
  /** Throws when the peer does not have the right. */
  readonly authorize: (peer: C, right: Right, route: RouteName, intent: string | undefined) => void;
  readonly handlers: Handlers<C, N>;
  readonly room: Room;
  /** Names the session a peer belongs to, for its share of the room. */
  readonly sessionOf: (peer: C) => string;
  /** A request was refused because there are too many. */
  readonly onCrowded: (peer: C) => void;
  readonly onFailure: (error: unknown) => void;
};

const MAX_INTENT_CHARS = 200;
/** What is sent back of a request is short and can be printed. */
const REQUEST_ID = /^[\x21-\x7e]{1,128}$/;

/** What paths are relative to; nothing is ever sent there. */
const BASE = 'http://countersign';

/** An action with a 2 MiB command line, escaped. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** How long a client may take to send its request; the answer to a long poll may take longer. */
const REQUEST_MS = 30_000;
const HEAD_MS = 10_000;
/** How long what is left of a refused request is read and thrown away. */
const LINGER_MS = 1_000;
/** How often both are looked at. */
const PATIENCE_CHECK_MS = 1_000;
/** Requests of one connection that wait for their answer; a client that sends more ahead of the answers is let go. */
const MAX_OPEN_PER_CONNECTION = 64;

/** Not listening: connections are handed to it once their dialect is known. */
export function createHttp<C, N extends RouteName>(options: HttpOptions<C, N>): Server {
  const names = Object.keys(options.handlers) as N[];
  const matchers = names.map((name) => ({ name, route: ROUTES[name] as Route, pattern: patternOf(ROUTES[name].path) }));

  const respond = async (request: IncomingMessage, onGone: Call['onGone']): Promise<unknown> => {
    const url = urlOf(request);
    checkVersion(request);
    const match = matchers.find(({ route, pattern }) => route.method === request.method && pattern.test(url.pathname));
    if (match === undefined) throw new CountersignError('not_found', `no route ${request.method} \`${url.pathname}\``);
    const peer = options.peerOf(request);
    options.authorize(peer, match.route.right, match.name, intentOf(request));
    const params = match.pattern.exec(url.pathname)?.groups ?? {};
    const query = match.route.query && parse(match.route.query, Object.fromEntries(url.searchParams));
    const headers = match.route.headers && parse(match.route.headers, request.headers);
    const room = options.room.holding(() => options.sessionOf(peer));
    try {
      const body = match.route.request && parse(match.route.request, await readJsonBody(request, room));
      // The table pairs each route with the handler of its own input type.
      const handler = options.handlers[match.name] as (input: Call, peer: C) => unknown;
      return await handler({ params, query, headers, body, onGone }, peer);
    } catch (error) {
      if (error instanceof CountersignError && error.code === 'too_busy') options.onCrowded(peer);
      throw error;
    } finally {
      room.hold(0);
    }
  };

  const opened = new WeakMap<object, number>();
  const server = createServer({ connectionsCheckingInterval: PATIENCE_CHECK_MS }, (request, response) => {
    const { socket } = request;
    const open = (opened.get(socket) ?? 0) + 1;
    opened.set(socket, open);
    response.once('close', () => opened.set(socket, (opened.get(socket) ?? 1) - 1));
    if (open > MAX_OPEN_PER_CONNECTION) {
      socket.destroy();
      return;
    }
    response.setHeader(API_VERSION_HEADER, API_VERSION);
    const named = request.headers[REQUEST_ID_HEADER];
    if (typeof named === 'string' && REQUEST_ID.test(named)) response.setHeader(REQUEST_ID_HEADER, named);
    respond(request, (listener) => void response.once('close', listener)).then(
      (value) => sendJson(response, 200, 'application/json', value),
      (error: unknown) => {
        // A client that went away in the middle of its request hears nothing, and is no failure of ours.
        if (request.destroyed && !request.complete) return void response.destroy();
        if (!request.complete) letGo(request, response);
        sendProblem(response, error, options.onFailure);
      },
    );
  });
  server.headersTimeout = HEAD_MS;
  server.requestTimeout = REQUEST_MS;
  // It never listens itself, and looks at its patience only from this event on.
  server.emit('listening');
  return server;
}

/** The command a person or an agent typed, as its client tells it; for the trace of a refusal. */
export function intentOf({ headers }: IncomingMessage): string | undefined {
  const intent = headers[INTENT_HEADER];
  return typeof intent === 'string' ? intent.slice(0, MAX_INTENT_CHARS) : undefined;
}

/** A connection that is closed with something unread takes the answer with it: whoever still sends has a moment to read it. */
function letGo({ socket }: IncomingMessage, response: ServerResponse): void {
  response.once('finish', () => setTimeout(() => socket.destroy(), LINGER_MS).unref());
}

function checkVersion({ headers }: IncomingMessage): void {
  const version = headers[API_VERSION_HEADER];
  if (version === undefined || version === API_VERSION) return;
  throw new CountersignError('unsupported_version', `this is version ${API_VERSION} of the API`);
}

function urlOf({ url = '/' }: IncomingMessage): URL {
  if (URL.canParse(url, BASE)) return new URL(url, BASE);
  throw new CountersignError('bad_request', 'the request path is not a path');
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[\\w.:-]{1,128})')}$`);
}

function parse(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue?.path.join('.') ?? '';
  throw new CountersignError('bad_request', `\`${where === '' ? 'request' : where}\`: ${issue?.message ?? 'invalid'}`);
}

async function readJsonBody(request: IncomingMessage, room: Holding): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Whoever is refused in the middle is told why: the connection has to last that long.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new CountersignError('too_large');
    if (!room.hold(size)) throw new CountersignError('too_busy');
    chunks.push(chunk);
  }
  return parseJsonText(Buffer.concat(chunks).toString('utf8'));
}

function sendJson(response: ServerResponse, status: number, type: string, value: unknown): void {
  const text = JSON.stringify(value);
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(text);
}

function sendProblem(response: ServerResponse, error: unknown, onFailure: (error: unknown) => void): void {
  const known =
    error instanceof CountersignError ? error : new CountersignError('internal', undefined, { cause: error });
  if (known.code === 'internal') onFailure(error);
  const problem = known.toProblem();
  sendJson(response, problem.status, 'application/problem+json', problem);
}

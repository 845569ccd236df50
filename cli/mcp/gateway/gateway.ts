/** `countersign mcp gateway`: a door on this machine before MCP servers that are reached over HTTP. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { createGuard, type Guard } from '../guard.ts';
import { endpointAt, isForUs, placeOf, type Place, type Served } from './places.ts';
import { carryPost, type Carried } from './post.ts';
import { relay } from './responses.ts';
import { createSessions, type Sessions } from './sessions.ts';
import { sendUpstream } from './upstream.ts';

export type GatewayOptions = {
  readonly socketPath: string;
  readonly servers: readonly Served[];
  /** Secret of the daemon, from which the tokens of clients are made. */
  readonly key: string;
  readonly start: () => Promise<void>;
  readonly trouble: (text: string) => void;
};

export type Gateway = { readonly server: Server; close(): void };

/** Connections at a time; a client takes a handful. */
const MAX_CONNECTIONS = 512;
const HEAD_MS = 10_000;

/** Not listening. */
export function createGateway(options: GatewayOptions): Gateway {
  const pairs = new Map<string, Sessions>();
  const sessionsOf = ({ client, server, base }: Place): Sessions => {
    const known = pairs.get(base);
    if (known !== undefined) return known;
    const made = createSessions(guardFor(options, client, server));
    pairs.set(base, made);
    return made;
  };

  const carry = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { port } = request.socket.address() as { port: number }; // a TCP socket that is connected
    if (!isForUs(request.headers, port)) return fail(response, 403, 'this request was made for another host or by a web page'); // prettier-ignore
    const place = placeOf(request.url ?? '/', options.servers, options.key);
    // Where there is no server, and where the token is wrong, is told in the same way.
    if (place === undefined) return fail(response, 404, 'no server is here; `countersign mcp gateway --for CLIENT` prints the URLs'); // prettier-ignore
    const gone = new AbortController();
    response.once('close', () => response.writableFinished || gone.abort());
    const sessions = sessionsOf(place);
    const header = request.headers['mcp-session-id'];
    let session = typeof header === 'string' ? header : place.url.searchParams.size > 0 ? `${place.url.pathname}${place.url.search}` : ''; // prettier-ignore
    const onEndpoint = (told: string): string | undefined => {
      if (URL.canParse(told, place.url.href)) session = `${new URL(told, place.url).pathname}${new URL(told, place.url).search}`; // prettier-ignore
      return endpointAt(place, told);
    };
    const carried: Carried = { request, response, place, sessions, session, signal: gone.signal, onEndpoint };
    if (request.method === 'POST') return carryPost(carried);
    const incoming = await sendUpstream({ method: request.method ?? 'GET', url: place.url, rawHeaders: request.rawHeaders, body: undefined, signal: gone.signal }); // prettier-ignore
    await relay(incoming, response, {
      awaits: (message) => sessions.waiting(session, message) !== undefined,
      async answered(message) {
        const exchange = sessions.waiting(session, message);
        const changed = await exchange?.answered(message);
        if (exchange?.isOver() === true) sessions.remove(session, exchange);
        return changed;
      },
      onEndpoint,
    });
    if (request.method === 'DELETE') sessions.end(session);
  };

  const server = createServer((request, response) => {
    carry(request, response).catch((error: unknown) => {
      if (response.destroyed) return;
      if (response.headersSent) return void response.destroy();
      options.trouble(String(error));
      fail(response, 502, `the server behind the gateway cannot be reached: ${String(error)}`);
    });
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.headersTimeout = HEAD_MS;
  return {
    server,
    close() {
      server.close();
      server.closeAllConnections();
      for (const { guard } of pairs.values()) guard.close();
    },
  };
}

function guardFor({ socketPath, servers, start }: GatewayOptions, client: string, server: string): Guard {
  const url = servers.find(({ name }) => name === server)?.url ?? server;
  // Each list is asked for by the client; over HTTP nobody is told that there is another one.
  return createGuard({ socketPath, server, launch: [url], cwd: '', root: false, agent: client, start, onChanged: () => undefined }); // prettier-ignore
}

function fail(response: ServerResponse, status: number, detail: string): void {
  const text = JSON.stringify({ status, detail });
  response.writeHead(status, { 'content-type': 'application/problem+json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

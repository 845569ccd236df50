/** A server in the place of the daemon that answers as a test says, to be as broken as no real one can be made. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

import { createClient, type Client, type ClientOptions } from '../../../sdk/typescript/src/index.ts';
import { tempFolder } from '../../helpers/temp.ts';

export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly key: string | undefined;
  readonly body: unknown;
};
/** `break` ends the connection, `hang` never answers; anything else is what is answered with. */
export type Reply = 'break' | 'hang' | { readonly status?: number; readonly body: unknown };

export const ALLOWED = {
  requestId: 'r',
  traceId: 't',
  verdict: 'allow',
  score: 0,
  band: 'low',
  reason: 'harmless',
  findings: [],
  obligations: [],
} as const;

export type FaultyDaemon = { readonly client: Client; readonly seen: readonly Seen[]; readonly socketPath: string };

/** Each request gets the next reply, and the last one again and again. */
export async function faultyDaemon(replies: readonly Reply[], options: ClientOptions = {}): Promise<FaultyDaemon> {
  const socketPath = join(tempFolder(), 'agent.sock');
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const reply = replies[Math.min(seen.length, replies.length - 1)] ?? 'break';
    void take(request, seen).then(() => answer(reply, request, response));
  });
  await once(server.listen(socketPath), 'listening');
  const client = createClient({ url: `unix:${socketPath}`, ...options });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { client, seen, socketPath };
}

async function take(request: IncomingMessage, seen: Seen[]): Promise<void> {
  const { method = '', url: path = '', headers } = request;
  const at = seen.push({ method, path, key: headers['idempotency-key'] as string | undefined, body: undefined }) - 1;
  let text = '';
  for await (const chunk of request) text += String(chunk);
  seen[at] = { ...(seen[at] as Seen), body: text === '' ? undefined : JSON.parse(text) };
}

function answer(reply: Reply, request: IncomingMessage, response: ServerResponse): void {
  if (reply === 'hang') return;
  if (reply === 'break') return void request.socket.destroy();
  const { status = 200, body } = reply;
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** A message of a client to a server behind the gateway: judged, sent on, and its answer looked at. */
import type { IncomingMessage, ServerResponse } from 'node:http';

import { createExchange, isCall, isSilentCall, SILENT } from '../exchange.ts';
import {
  ambiguity,
  errorLine,
  idOf,
  lineOf,
  messagesOf,
  parseMessage,
  textAt,
  type Id,
  type Message,
  type Parsed,
} from '../message.ts';
import { messageEvent } from './events.ts';
import type { Place } from './places.ts';
import { readAll, relay } from './responses.ts';
import type { Sessions } from './sessions.ts';
import { sendUpstream } from './upstream.ts';

export type Carried = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly place: Place;
  readonly sessions: Sessions;
  /** Of the transport, where it has one. */
  readonly session: string;
  readonly signal: AbortSignal;
  readonly onEndpoint: (told: string) => string | undefined;
};

const INVALID = -32_600;
const MISMATCH = -32_020;
const TIMED_OUT = -32_001;

export async function carryPost(carried: Carried): Promise<void> {
  const { request, response, sessions, session } = carried;
  const body = await readAll(request);
  const parsed = parseMessage(body);
  if (parsed.kind === 'blank') return forward(carried, body, []);
  const refusal = refusalOf(body, parsed, request);
  if (parsed.kind === 'unreadable' || refusal !== undefined) return refuse(response, refusal ?? errorLine(null, -32_700, 'this is not JSON'));
  const messages = messagesOf(parsed);
  // What the server was never told of it is not told to cancel.
  const cancels = messages.filter((message) => message.kind === 'notification' && message.method === 'notifications/cancelled');
  if (cancels.length > 0 && cancels.length === messages.length && !cancels.some((one) => one.kind === 'notification' && sessions.cancelled(session, one.params))) {
    return void response.writeHead(202).end();
  }
  return forward(carried, body, messages, parsed.kind === 'batch');
} // prettier-ignore

/** `undefined`: it is clear what it says. */
function refusalOf(body: Buffer, parsed: Parsed, { headers }: IncomingMessage): Buffer | undefined {
  if (parsed.kind !== 'single' && parsed.kind !== 'batch') return undefined;
  const unclear = ambiguity(body, parsed);
  if (unclear !== undefined) return errorLine(idOf(parsed), INVALID, `Countersign: refused, because ${unclear}`);
  const messages = messagesOf(parsed);
  if (messages.some(isSilentCall)) return errorLine(null, INVALID, `Countersign: ${SILENT}`);
  const [only] = messages;
  const told = headers['mcp-method'];
  const isTold = told === 'tools/call' || (told !== undefined && messages.some(isCall));
  if (only === undefined || !isTold) return undefined;
  const method = only.kind === 'request' ? only.method : '';
  const called = headers['mcp-name'];
  const name = only.kind === 'request' ? textAt(only.params, 'name') : undefined;
  // INVARIANT: what is judged is what the server does, also one that goes by the headers.
  const same = messages.length === 1 && told === method && (called === undefined || decodedHeader(called) === name);
  return same ? undefined : errorLine(idOf(parsed), MISMATCH, 'the headers of the request and its body do not say the same'); // prettier-ignore
}

/** Names that are no plain ASCII travel as Base64. */
function decodedHeader(value: string | string[]): string {
  const [, coded] = /^=\?base64\?(.*)\?=$/.exec(String(value)) ?? [];
  return coded === undefined ? String(value) : Buffer.from(coded, 'base64').toString('utf8');
}

async function forward(carried: Carried, body: Buffer, messages: readonly Message[], isBatch = false): Promise<void> {
  const { request, response, place, sessions, session, signal, onEndpoint } = carried;
  const takesEvents = (request.headers.accept ?? '').includes('text/event-stream');
  const abort = new AbortController();
  const exchange = createExchange(sessions.guard, {
    toClient: (line) => takesEvents && tell(response, line),
    onOverdue(id: Id) {
      const line = errorLine(id, TIMED_OUT, 'Countersign: a policy limits how long this may take, and it took longer');
      if (response.headersSent) response.end(messageEvent(line));
      else refuse(response, line, 200);
      abort.abort();
    },
  });
  sessions.add(session, exchange);
  signal.addEventListener('abort', () => abort.abort(), { once: true });
  abort.signal.addEventListener('abort', () => exchange.end(), { once: true });
  try {
    const verdict = await exchange.judge(messages);
    const sent = (all: readonly unknown[]): Buffer => lineOf(isBatch ? all : all[0]);
    if (verdict.kind === 'answer') {
      if (verdict.replies.length === 0) return void (response.headersSent ? response.end() : response.writeHead(202).end());
      const line = sent(verdict.replies);
      return void (response.headersSent ? response.end(messageEvent(line)) : refuse(response, line, 200));
    }
    if (abort.signal.aborted) return;
    const outgoing = verdict.kind === 'changed' ? sent(verdict.messages) : body;
    const incoming = await sendUpstream({ method: 'POST', url: place.url, rawHeaders: request.rawHeaders, body: outgoing, signal: abort.signal });
    await relay(incoming, response, { awaits: exchange.awaits, answered: exchange.answered, onEndpoint });
    // Of a server of the older kind the answer comes with its events.
    if (incoming.statusCode === 202 && session !== '' && !exchange.isOver()) return;
    exchange.end();
    sessions.remove(session, exchange);
  } catch (error) {
    exchange.end();
    sessions.remove(session, exchange);
    throw error;
  }
} // prettier-ignore

/** From now on it is a stream of events. */
function tell(response: ServerResponse, line: Buffer): void {
  if (response.writableEnded) return;
  if (!response.headersSent) {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  }
  response.write(messageEvent(line));
}

function refuse(response: ServerResponse, line: Buffer, status = 400): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': line.length });
  response.end(line);
}

/** One HTTP exchange with the daemon, over its socket or its door. */
import { Agent, request, type IncomingMessage } from 'node:http';

import type { Endpoint } from './endpoint.ts';
import { DaemonUnavailable } from './errors.ts';

export type Exchange = {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly idempotencyKey?: string;
  /** After which the daemon counts as lost. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
};
export type Reply = { readonly status: number; readonly body: unknown };
export type Transport = { send(exchange: Exchange): Promise<Reply>; close(): void };

/** An answer has findings for one action; more than this is a fault. */
const MAX_REPLY_BYTES = 16 * 1024 * 1024;
const API_VERSION = '1';
/** With these nobody got the request. */
const NOBODY_THERE = new Set(['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTSOCK', 'ENOTDIR', 'EPERM']);

export function createTransport(endpoint: Endpoint): Transport {
  // Idle connections keep no process alive.
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 4 });
  return { send: (exchange) => send(endpoint, agent, exchange), close: () => agent.destroy() };
}

function send(endpoint: Endpoint, agent: Agent, exchange: Exchange): Promise<Reply> {
  const { method, path, body, idempotencyKey, timeoutMs, signal } = exchange;
  const text = body === undefined ? undefined : JSON.stringify(body);
  const to =
    endpoint.kind === 'socket' ? { socketPath: endpoint.socketPath } : { host: endpoint.host, port: endpoint.port };
  const headers: Record<string, string | number> = { accept: 'application/json', 'api-version': API_VERSION };
  if (endpoint.kind === 'socket') headers['host'] = 'localhost';
  else headers['authorization'] = `Bearer ${endpoint.token}`;
  if (idempotencyKey !== undefined) headers['idempotency-key'] = idempotencyKey;
  if (text !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(text);
  }
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(reasonOf(signal));
    const outgoing = request({ ...to, method, path, headers, agent });
    const giveUp = () => outgoing.destroy();
    const late = setTimeout(() => outgoing.destroy(new TimedOut(timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', giveUp, { once: true });
    const settle = () => {
      clearTimeout(late);
      signal?.removeEventListener('abort', giveUp);
    };
    const fail = (cause: unknown) => {
      settle();
      reject(signal?.aborted === true ? reasonOf(signal) : unavailable(cause, endpoint));
    };
    outgoing.on('error', fail);
    outgoing.on('response', (response) => {
      readJson(response).then((json) => {
        settle();
        resolve({ status: response.statusCode ?? 0, body: json });
      }, fail);
    });
    outgoing.end(text);
  });
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of response) {
    const bytes = chunk as Buffer; // no encoding is set
    sizeBytes += bytes.length;
    if (sizeBytes > MAX_REPLY_BYTES) throw new Error('the reply is too large');
    chunks.push(bytes);
  }
  return parsed(Buffer.concat(chunks).toString('utf8'));
}

/** What arrived whole and is no JSON is an answer that nobody understands, not one that was lost. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** A daemon that hangs hangs the next time too: not tried again. */
export class TimedOut extends Error {
  constructor(timeoutMs: number) {
    super(`no answer within ${timeoutMs} ms`);
  }
}

/** What a caller who aborted wants to see again. */
export function reasonOf(signal: AbortSignal): Error {
  const { reason } = signal as { readonly reason: unknown };
  return reason instanceof Error ? reason : new DOMException(String(reason), 'AbortError');
}

function unavailable(cause: unknown, endpoint: Endpoint): DaemonUnavailable {
  const where = endpoint.kind === 'socket' ? endpoint.socketPath : `${endpoint.host}:${endpoint.port}`;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  return NOBODY_THERE.has(code)
    ? new DaemonUnavailable('daemon_unreachable', `the Countersign daemon does not answer on \`${where}\``, cause)
    : new DaemonUnavailable(
        'daemon_lost',
        `the Countersign daemon on \`${where}\` broke off before it answered`,
        cause,
      );
}

/** One HTTP exchange over a Unix socket; failures become errors with a code. */
import { request, type IncomingMessage } from 'node:http';

import { CountersignError, Problem } from '../../protocol/errors.ts';
import { INTENT_HEADER } from '../../protocol/routes.ts';

/** Replies are lists of log lines and traces; more than this is a fault of the daemon, not an answer. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

export type Exchange = {
  readonly socketPath: string;
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly intent?: string | undefined;
  readonly signal?: AbortSignal | undefined;
};

export type Reply = { readonly status: number; readonly body: unknown };

/** The JSON a route answered. Throws `daemon_unreachable` when nobody listens, `daemon_lost` when the reply breaks off. */
export async function exchange(options: Exchange): Promise<unknown> {
  const { status, body } = await send(options);
  if (status >= 200 && status < 300) return body;
  const problem = Problem.safeParse(body);
  if (!problem.success) throw new CountersignError('internal', `the daemon answered with status ${status}`);
  throw new CountersignError(problem.data.code, problem.data.detail);
}

function send({ socketPath, method, path, body, intent, signal }: Exchange): Promise<Reply> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers: Record<string, string | number> = { host: 'localhost', accept: 'application/json' };
  // Header values are ASCII; the rest is for the eye only.
  if (intent !== undefined) headers[INTENT_HEADER] = intent.replaceAll(/[^\x20-\x7e]/g, '?');
  if (text !== undefined) {
    headers['content-type'] = 'application/json';
    headers['content-length'] = Buffer.byteLength(text);
  }
  return new Promise((resolve, reject) => {
    const outgoing = request({ socketPath, method, path, headers, agent: false, ...(signal && { signal }) });
    outgoing.on('error', (cause) => reject(connectionError(cause, socketPath)));
    outgoing.on('response', (response) => {
      readJson(response).then((json) => resolve({ status: response.statusCode ?? 0, body: json }), reject);
    });
    outgoing.end(text);
  });
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of response) {
      const bytes = chunk as Buffer; // no encoding is set, so chunks are buffers
      sizeBytes += bytes.length;
      if (sizeBytes > MAX_REPLY_BYTES) throw new CountersignError('too_large', 'the reply of the daemon is too large');
      chunks.push(bytes);
    }
    const text = Buffer.concat(chunks).toString('utf8');
    return text === '' ? undefined : JSON.parse(text);
  } catch (cause) {
    if (cause instanceof CountersignError) throw cause;
    throw new CountersignError('daemon_lost', undefined, { cause });
  }
}

/** Nobody listening and a connection that broke are different: after a break the request may have been carried out. */
export function connectionError(cause: unknown, socketPath: string): Error {
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ECONNREFUSED' || code === 'EACCES' || code === 'ENOTSOCK') {
    return new CountersignError('daemon_unreachable', `nobody answers on \`${socketPath}\``, { cause });
  }
  if (code === 'ABORT_ERR') return cause as Error;
  return new CountersignError('daemon_lost', undefined, { cause });
}

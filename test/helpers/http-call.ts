/** One HTTP exchange with the daemon, as any program would have it. */
import { request, type IncomingHttpHeaders, type RequestOptions } from 'node:http';

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  // Each test says what it expects in it.
  readonly body: Record<string, unknown>;
  readonly text: string;
};

export type Sent = {
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: unknown;
  /** Sent as it is instead of a body. */
  readonly raw?: string;
  readonly signal?: AbortSignal;
};

export type Caller = (method: string, path: string, sent?: Sent) => Promise<Answer>;

export function callerOf(to: Pick<RequestOptions, 'socketPath' | 'host' | 'port'>): Caller {
  return (method, path, { headers = {}, body, raw, signal } = {}) => {
    const text = raw ?? (body === undefined ? undefined : JSON.stringify(body));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const all = { ...(text === undefined ? {} : { 'content-type': 'application/json' }), ...headers };
    const outgoing = request({ ...to, method, path, headers: all as Record<string, string>, agent: false, ...(signal && { signal }) }); // prettier-ignore
    outgoing.on('error', reject);
    outgoing.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const said = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: said, body: json(said) });
      });
    });
    outgoing.end(text);
    return promise;
  };
}

function json(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    // No JSON is what the test then finds.
    return {};
  }
}

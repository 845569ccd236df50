/** The request to the server behind the gateway: what the client sent, with another host. */
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';

/** Of one connection each (RFC 9110), and what is about bytes that may change on the way. */
const OWN: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'host', 'content-length', 'accept-encoding', 'expect']); // prettier-ignore

export type Upstream = { readonly method: string; readonly url: URL; readonly rawHeaders: readonly string[]; readonly body: Buffer | undefined; readonly signal: AbortSignal }; // prettier-ignore

/** Answers come as they are, packed in nothing. */
export function sendUpstream({ method, url, rawHeaders, body, signal }: Upstream): Promise<IncomingMessage> {
  const headers = [...kept(rawHeaders), 'Host', url.host, 'Accept-Encoding', 'identity'];
  if (body !== undefined) headers.push('Content-Length', String(body.length));
  const send = url.protocol === 'https:' ? secureRequest : plainRequest;
  return new Promise((resolve, reject) => {
    const outgoing = send(url, { method, headers, signal });
    outgoing.once('error', reject);
    outgoing.once('response', resolve);
    outgoing.end(body);
  });
}

/** With their letters and their order. */
export function kept(rawHeaders: readonly string[], without: readonly string[] = []): string[] {
  const pairs = rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : []));
  return pairs.filter(([name]) => !OWN.has(name.toLowerCase()) && !without.includes(name.toLowerCase())).flat();
}

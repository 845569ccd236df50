/** The address on this machine that the browser comes back to: once, on one path. */
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { LoginError } from './login-error.ts';

export type Loopback = {
  readonly redirectUri: string;
  /** What the first visit brought. */
  answer(waitMs: number): Promise<URLSearchParams>;
  close(): void;
};

const PATH = '/callback';
/** A code, a state and an issuer. */
const MAX_ADDRESS_CHARS = 8_192;
/** INVARIANT: nothing of what came is in it. */
const PAGE = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Countersign</title><p>Back to your terminal: it says whether you are signed in. You can close this page.</p></html>`;

export async function openLoopback(): Promise<Loopback> {
  const came = Promise.withResolvers<URLSearchParams>();
  let origin = '';
  const server = createServer((request, response) => {
    const { url = '', method, headers } = request;
    // A web page that points a name of its own at this machine finds nobody.
    if (method !== 'GET' || `http://${headers.host}` !== origin || url.length > MAX_ADDRESS_CHARS) return reply(response, 400); // prettier-ignore
    const { pathname, searchParams } = new URL(url, origin);
    if (pathname !== PATH) return reply(response, 404);
    reply(response, 200);
    came.resolve(searchParams);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  // A TCP server has one.
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    redirectUri: `${origin}${PATH}`,
    async answer(waitMs) {
      const late = setTimeout(() => came.reject(new LoginError('expired', 'nobody came back from the browser; run `countersign login` again')), waitMs); // prettier-ignore
      try {
        return await came.promise;
      } finally {
        clearTimeout(late);
      }
    },
    close() {
      server.close();
      // The page is on its way still; what stands open otherwise is ended.
      server.closeIdleConnections();
    },
  };
}

function reply(response: ServerResponse, status: number): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'",
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(status === 200 ? PAGE : '');
}

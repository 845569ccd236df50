/** Where an answer may be sent: to this machine alone. */
import { CountersignError } from '../../protocol/errors.ts';

export type CallbackTarget = {
  readonly path: string;
  readonly to: { readonly socketPath: string } | { readonly host: string; readonly port: number };
};

const LOOPBACK = new Map([
  ['127.0.0.1', '127.0.0.1'],
  ['[::1]', '::1'],
  // INVARIANT: the name is never looked up, wherever it leads.
  ['localhost', '127.0.0.1'],
]);

/** `http+unix://%2Frun%2Fme.sock/path` or `http://127.0.0.1:PORT/path`. Throws `bad_request` for anything else. */
export function callbackTarget(text: string): CallbackTarget {
  if (text.startsWith('http+unix://')) return unixTarget(text.slice('http+unix://'.length));
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const host = url === undefined ? undefined : LOOPBACK.get(url.hostname);
  if (url?.protocol !== 'http:' || host === undefined || url.username !== '' || url.password !== '') throw refused();
  return { path: `${url.pathname}${url.search}`, to: { host, port: url.port === '' ? 80 : Number(url.port) } };
}

function unixTarget(rest: string): CallbackTarget {
  const slash = rest.indexOf('/');
  const socketPath = decoded(slash < 0 ? rest : rest.slice(0, slash));
  if (!socketPath.startsWith('/') || socketPath.includes('\0')) throw refused();
  const path = slash < 0 ? '/' : rest.slice(slash);
  if (!/^[\x21-\x7e]+$/.test(path)) throw refused();
  return { path, to: { socketPath } };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw refused(cause);
  }
}

function refused(cause?: unknown): CountersignError {
  const detail =
    '`callbackUrl`: must be `http:` to 127.0.0.1, [::1] or localhost, or `http+unix:` with an encoded path';
  return new CountersignError('bad_request', detail, { cause });
}

/** How the hub is asked: within a time, for so many bytes, and nowhere else than asked. */
import { allowInsecureRequests, customFetch } from 'oauth4webapi';

import { isProtected, isThisMachine } from './hub-file.ts';
import { LoginError } from './login-error.ts';

export type Limits = { readonly answerMs: number; readonly answerBytes: number };

/** Metadata and tokens have a few kilobytes. */
export const LIMITS: Limits = { answerMs: 15_000, answerBytes: 256 * 1024 };

type Fetch = (url: string, options: { readonly method: string; readonly body?: RequestInit['body']; readonly headers: Record<string, string> }) => Promise<Response>; // prettier-ignore

/** Options for every call of the library. */
export type Asking = {
  readonly [allowInsecureRequests]?: boolean;
  readonly [customFetch]: Fetch;
};

/** INVARIANT: a hub elsewhere can name no place without encryption, and none on this machine. */
export function askingOf(hub: string, limits: Limits = LIMITS): Asking {
  const isHere = isThisMachine(new URL(hub));
  return {
    // The library refuses `http:` otherwise; `boundedFetch` says where it may be.
    ...(isHere ? { [allowInsecureRequests]: true } : {}),
    [customFetch]: (url, options) => boundedFetch(url, options, isHere, limits),
  };
}

async function boundedFetch(
  url: string,
  { method, body, headers }: Parameters<Fetch>[1],
  isHere: boolean,
  { answerMs, answerBytes }: Limits,
): Promise<Response> {
  const { host } = new URL(url);
  if (!isProtected(url) || isThisMachine(new URL(url)) !== isHere) {
    throw new LoginError('not_trusted', `the hub names \`${host}\`, where tokens must not go`);
  }
  const signal = AbortSignal.timeout(answerMs);
  // What the library sends is text or nothing.
  const sent = { method, headers, signal, redirect: 'manual', ...(body === undefined ? {} : { body }) } as const; // prettier-ignore
  try {
    const response = await fetch(url, sent);
    if (response.status >= 300 && response.status < 400) {
      throw new LoginError('not_trusted', `\`${host}\` sends elsewhere instead of answering`);
    }
    return new Response(await readBounded(response, answerBytes, host), response);
  } catch (cause) {
    if (cause instanceof LoginError) throw cause;
    const late = signal.aborted ? ` within ${answerMs / 1000} s` : '';
    throw new LoginError('unreachable', `\`${host}\` does not answer${late}`, { cause });
  }
}

async function readBounded({ body }: Response, most: number, host: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body ?? []) {
    size += chunk.length;
    if (size > most) throw new LoginError('not_trusted', `the answer of \`${host}\` is too large`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

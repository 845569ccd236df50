/** What the URLs of the gateway mean: `/CLIENT/TOKEN/SERVER`, and below it whatever the server has there. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export type Served = { readonly name: string; readonly url: string };

export type Place = {
  readonly client: string;
  readonly server: string;
  /** Where the request goes. */
  readonly url: URL;
  /** The URL of the server itself on this gateway, without what is below it. */
  readonly base: string;
};

/** A path of the server's own, from the root of its host. */
const ELSEWHERE = '/~/';
const WELL_KNOWN = /^\/\.well-known\/[\w-]+(?=\/)/;

/** For a client, by its name: what it shows, so that nobody else is taken for it. */
export function tokenFor(key: string, client: string): string {
  return createHmac('sha256', key).update(`mcp client ${client}`).digest('base64url');
}

export function clientPath(key: string, client: string, server: string): string {
  return `/${encodeURIComponent(client)}/${tokenFor(key, client)}/${server}`;
}

/** `undefined` for a URL that leads nowhere, or whose token is not that of its client. */
export function placeOf(path: string, servers: readonly Served[], key: string): Place | undefined {
  const base = 'http://gateway';
  if (!URL.canParse(path, base)) return undefined;
  const { pathname, search } = new URL(path, base);
  const [about = ''] = WELL_KNOWN.exec(pathname) ?? [];
  const [, first = '', token = '', name = '', rest = ''] = /^\/([^/]+)\/([\w-]+)\/([\w.-]+)((?:\/.*)?)$/s.exec(pathname.slice(about.length)) ?? []; // prettier-ignore
  const client = decoded(first);
  const served = servers.find((one) => one.name === name);
  if (client === undefined || served === undefined || !isSame(token, tokenFor(key, client))) return undefined;
  const url = new URL(served.url);
  if (about !== '') url.pathname = `${about}${url.pathname === '/' ? '' : url.pathname}${rest}`;
  else if (rest.startsWith(ELSEWHERE)) url.pathname = rest.slice(ELSEWHERE.length - 1);
  else url.pathname = `${url.pathname.replace(/\/$/, rest === '' ? '/' : '')}${rest}`;
  if (search !== '') url.search = search;
  return { client, server: name, url, base: `/${first}/${token}/${name}` };
}

/** What a server of the older kind tells its client to send to, as a place of this gateway; `undefined` elsewhere. */
export function endpointAt({ base, url }: Place, told: string): string | undefined {
  if (!URL.canParse(told, url.href)) return undefined;
  const { origin, pathname, search } = new URL(told, url);
  return origin === url.origin ? `${base}/~${pathname}${search}` : undefined;
}

/** Whether the request was made for this gateway: a page elsewhere can send one under a name that it made lead here. */
export function isForUs({ host = '', origin, 'sec-fetch-site': site }: IncomingHttpHeaders, port: number): boolean {
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  return hosts.includes(host) && (origin === undefined || hosts.includes(origin.replace(/^http:\/\//, ''))) && (site === undefined || site === 'same-origin'); // prettier-ignore
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not a name that anybody was given.
    return undefined;
  }
}

function isSame(given: string, token: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(token)];
  return one.length === other.length && timingSafeEqual(one, other);
}

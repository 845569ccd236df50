/** A small authority that signs people in (OAuth 2.1 with codes for browsers and devices), honest or not. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

import { listening } from './listening.ts';

export type Mischief = {
  /** Laid over its metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Laid over what it sends back by browser; undefined leaves a part out. */
  readonly callback?: Readonly<Record<string, string | undefined>>;
  /** Laid over the answer that begins a login by device. */
  readonly device?: Readonly<Record<string, unknown>>;
  /** What polls are answered before the login is there. */
  readonly polls?: readonly string[];
  /** Laid over the claims about the person. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** Instead of the answer on this path. */
  readonly instead?: Readonly<Record<string, 'hang' | 'huge' | 'elsewhere' | 'garbage' | { readonly error: string }>>;
  readonly expiresIn?: number;
};

export type Authority = {
  readonly hub: string;
  /** Paths that were asked, with what was sent. */
  readonly asked: { readonly path: string; readonly sent: URLSearchParams }[];
  /** Every token and code it ever gave. */
  readonly secrets: Set<string>;
  readonly revoked: Set<string>;
};

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const CLIENT_ID = 'countersign-cli';

export async function startAuthority(mischief: Mischief = {}): Promise<Authority> {
  const codes = new Map<string, { readonly challenge: string; readonly redirect: string }>();
  const refreshTokens = new Set<string>();
  const authority: { hub: string } & Omit<Authority, 'hub'> = { hub: '', asked: [], secrets: new Set(), revoked: new Set() }; // prettier-ignore
  const polls = [...(mischief.polls ?? [])];

  const secret = (): string => {
    const one = randomBytes(24).toString('base64url');
    authority.secrets.add(one);
    return one;
  };
  const tokens = () => {
    const refresh = secret();
    refreshTokens.add(refresh);
    const at = Math.floor(Date.now() / 1000);
    const claims = { iss: authority.hub, aud: CLIENT_ID, sub: 'usr_1', name: 'Ada', iat: at, exp: at + 60, ...mischief.claims }; // prettier-ignore
    return {
      access_token: secret(),
      refresh_token: refresh,
      id_token: jwt(claims),
      token_type: 'Bearer',
      expires_in: mischief.expiresIn ?? 900,
      scope: 'openid profile offline_access',
    };
  };

  const routes: Readonly<Record<string, (sent: URLSearchParams, response: ServerResponse) => unknown>> = {
    '/.well-known/oauth-authorization-server': () => ({
      issuer: authority.hub,
      authorization_endpoint: `${authority.hub}/authorize`,
      token_endpoint: `${authority.hub}/token`,
      device_authorization_endpoint: `${authority.hub}/device`,
      revocation_endpoint: `${authority.hub}/revoke`,
      response_types_supported: ['code'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
      ...mischief.metadata,
    }),
    '/device': () => ({
      device_code: secret(),
      user_code: 'WDJB-MJHT',
      verification_uri: `${authority.hub}/code`,
      expires_in: 600,
      interval: 1,
      ...mischief.device,
    }),
    '/authorize': (sent, response) => {
      const code = secret();
      const redirect = sent.get('redirect_uri') ?? '';
      codes.set(code, { challenge: sent.get('code_challenge') ?? '', redirect });
      const back = new URL(redirect);
      const said = { code, state: sent.get('state') ?? undefined, iss: authority.hub, ...mischief.callback };
      for (const [name, value] of Object.entries(said)) if (value !== undefined) back.searchParams.set(name, value);
      response.writeHead(302, { location: back.href }).end();
      return undefined;
    },
    '/token': (sent) => {
      if (sent.get('client_id') !== CLIENT_ID) return { error: 'invalid_client' };
      switch (sent.get('grant_type')) {
        case 'authorization_code': {
          const known = codes.get(sent.get('code') ?? '');
          // Once, whatever comes of it.
          codes.delete(sent.get('code') ?? '');
          const challenge = createHash('sha256').update(sent.get('code_verifier') ?? '').digest('base64url'); // prettier-ignore
          const fits = known?.challenge === challenge && known.redirect === sent.get('redirect_uri');
          return fits ? tokens() : { error: 'invalid_grant' };
        }
        case 'refresh_token': {
          const given = sent.get('refresh_token') ?? '';
          if (refreshTokens.delete(given)) return tokens();
          // A second time is a theft: nothing of the login holds any more.
          refreshTokens.clear();
          return { error: 'invalid_grant' };
        }
        default: {
          const said = polls.shift();
          return said === undefined ? tokens() : { error: said };
        }
      }
    },
    '/revoke': (sent) => {
      authority.revoked.add(sent.get('token') ?? '');
      refreshTokens.delete(sent.get('token') ?? '');
      return {};
    },
  };

  const server = createServer((request, response) => {
    void answer(request, response, mischief, async (path) => {
      const sent = request.method === 'POST' ? new URLSearchParams(await text(request)) : queryOf(request);
      authority.asked.push({ path, sent });
      return routes[path]?.(sent, response);
    });
  });
  authority.hub = await listening(server);
  return authority;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { instead }: Mischief,
  honest: (path: string) => Promise<unknown>,
): Promise<void> {
  const { pathname } = new URL(request.url ?? '', 'http://authority');
  const other = instead?.[pathname];
  if (other === 'hang') return;
  if (other === 'elsewhere') return void response.writeHead(307, { location: 'http://127.0.0.1:1/token' }).end();
  if (other === 'huge') return void response.writeHead(200, { 'content-type': 'application/json' }).end('[' + ' '.repeat(1024 * 1024)); // prettier-ignore
  if (other === 'garbage') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"access_token":'); // prettier-ignore
  const said = other ?? (await honest(pathname));
  if (response.headersSent) return;
  const failed = said === undefined || (said as { error?: unknown }).error !== undefined;
  const status = said === undefined ? 404 : failed ? 400 : 200;
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(said ?? {}));
}

function queryOf({ url = '' }: IncomingMessage): URLSearchParams {
  return new URL(url, 'http://authority').searchParams;
}

function jwt(claims: Readonly<Record<string, unknown>>): string {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const signed = `${part({ alg: 'RS256', typ: 'JWT' })}.${part(claims)}`;
  return `${signed}.${sign('sha256', Buffer.from(signed), KEY).toString('base64url')}`;
}

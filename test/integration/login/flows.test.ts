/** Signing in at an authority that keeps to the rules, and at ones that do not. */
import { describe, expect, test } from 'vitest';

import { signInByBrowser } from '../../../cli/login/browser.ts';
import { signInByDevice } from '../../../cli/login/device.ts';
import { openHub } from '../../../cli/login/hub-client.ts';
import { CLIENT_ID, startAuthority, type Authority, type Mischief } from '../../helpers/authority.ts';
import { verifies } from '../../helpers/verifies.ts';

const LIMITS = { answerMs: 2_000, answerBytes: 64 * 1024 };

/** Why a dishonest hub gets nowhere, where it is not that it cannot be trusted. */
const OTHER_CODES: Readonly<Record<string, string>> = { 'an invented code': 'expired', 'no answer': 'unreachable' };

async function hubOf({ hub }: Authority, clientId = CLIENT_ID) {
  return openHub({ hub, clientId }, LIMITS);
}

/** What a browser does: goes where it is sent. */
async function byBrowser(
  authority: Authority,
  visit: (address: string) => Promise<unknown> = (address) => fetch(address),
) {
  let visited: Promise<unknown> = Promise.resolve();
  const show = (address: string): void => {
    visited = visit(address).catch(() => undefined);
  };
  try {
    return await signInByBrowser(await hubOf(authority), { show, waitMs: 20_000 });
  } finally {
    await visited;
  }
}

async function byDevice(authority: Authority) {
  const pauses: number[] = [];
  const shown: unknown[] = [];
  const pause = async (ms: number): Promise<void> => void pauses.push(ms);
  const tokens = await signInByDevice(await hubOf(authority), { show: (prompt) => shown.push(prompt), pause });
  return { tokens, pauses, shown };
}

describe('by browser', () => {
  test(verifies('login:browser'), async () => {
    const authority = await startAuthority();
    const tokens = await byBrowser(authority);
    expect(tokens).toMatchObject({ subject: 'usr_1', name: 'Ada', scope: 'openid profile offline_access' });
    expect(authority.secrets).toContain(tokens.refreshToken);
    const asked = authority.asked.find(({ path }) => path === '/authorize')?.sent;
    expect(asked?.get('code_challenge_method')).toBe('S256');
    expect(asked?.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    const redeemed = authority.asked.find(({ path }) => path === '/token')?.sent;
    expect(redeemed?.get('redirect_uri')).toBe(asked?.get('redirect_uri'));
    expect(redeemed?.has('client_secret')).toBe(false);
  });

  const dishonest: Readonly<Record<string, Mischief>> = {
    'another state': { callback: { state: 'another' } },
    'no state': { callback: { state: undefined } },
    'another issuer': { callback: { iss: 'https://evil.example' } },
    'no issuer, though promised': { callback: { iss: undefined } },
    'an invented code': { callback: { code: 'invented' } },
    'no code': { callback: { code: undefined } },
    'no PKCE': { metadata: { code_challenge_methods_supported: ['plain'] } },
    'metadata of another': { metadata: { issuer: 'https://evil.example' } },
    'a token endpoint elsewhere': { metadata: { token_endpoint: 'https://evil.example/token' } },
    'a person at another issuer': { claims: { iss: 'https://evil.example' } },
    'a person for another client': { claims: { aud: 'another' } },
    'a login that ran out': { claims: { exp: 1 } },
    'huge metadata': { instead: { '/.well-known/oauth-authorization-server': 'huge' } },
    'metadata elsewhere': { instead: { '/.well-known/oauth-authorization-server': 'elsewhere' } },
    'tokens elsewhere': { instead: { '/token': 'elsewhere' } },
    'huge tokens': { instead: { '/token': 'huge' } },
    'half of an answer': { instead: { '/token': 'garbage' } },
    'no answer': { instead: { '/token': 'hang' } },
  };
  test.each(Object.entries(dishonest))(`${verifies('login:hostile')}: %s`, async (name, mischief) => {
    const authority = await startAuthority(mischief);
    const failure = await failureOf(byBrowser(authority));
    expect(failure).toMatchObject({ name: 'LoginError', code: OTHER_CODES[name] ?? 'not_trusted' });
    expectNoSecret(authority, failure);
  });

  test(verifies('login:loopback'), async () => {
    const authority = await startAuthority();
    const codes: number[] = [];
    await byBrowser(authority, async (address) => {
      const back = new URL(new URL(address).searchParams.get('redirect_uri') ?? '');
      const visit = async (path: string, init?: RequestInit): Promise<void> => void codes.push((await fetch(new URL(path, back), init)).status); // prettier-ignore
      await visit('/favicon.ico');
      await visit('/callback?code=a&state=b', { method: 'POST' });
      codes.push(await statusAs('attacker.example', back));
      await fetch(address);
    });
    expect(codes).toEqual([404, 400, 400]);
  });

  test(`${verifies('login:words')}: a refusal at the hub`, async () => {
    const refused = { code: undefined, error: 'access_denied', error_description: 'not you' };
    const authority = await startAuthority({ callback: refused });
    await expect(byBrowser(authority)).rejects.toMatchObject({ code: 'denied', message: 'the login was refused at the hub (the hub says: “not you”)' }); // prettier-ignore
  });
});

describe('by device', () => {
  test(verifies('login:device'), async () => {
    const polls = ['authorization_pending', 'slow_down', 'authorization_pending'];
    const { tokens, pauses, shown } = await byDevice(await startAuthority({ polls }));
    expect(tokens).toMatchObject({ subject: 'usr_1', name: 'Ada' });
    expect(pauses).toEqual([1_000, 1_000, 6_000, 6_000]);
    expect(shown).toEqual([{ address: expect.stringMatching(/\/code$/), userCode: 'WDJB-MJHT', expiresAt: expect.any(Number) }]); // prettier-ignore
  });

  const words: Readonly<Record<string, string>> = {
    access_denied: 'denied',
    expired_token: 'expired',
    invalid_client: 'client_refused',
    invalid_grant: 'expired',
    unauthorized_client: 'client_refused',
    something_new: 'refused',
  };
  test.each(Object.entries(words))(`${verifies('login:words')}: %s`, async (error, code) => {
    const authority = await startAuthority({ polls: ['authorization_pending', error] });
    const failure = await failureOf(byDevice(authority));
    expect(failure).toMatchObject({ name: 'LoginError', code });
    expectNoSecret(authority, failure);
  });

  const dishonest: Readonly<Record<string, Mischief>> = {
    'a code that moves the cursor': { device: { user_code: '\u001b[2JABCD' } },
    'an address without encryption': { device: { verification_uri: 'http://evil.example/' } },
    'an address that runs something': { device: { verification_uri: 'javascript:alert(1)' } },
    'no way for devices': { metadata: { device_authorization_endpoint: undefined } },
    'a person at another issuer': { claims: { iss: 'https://evil.example' } },
  };
  test.each(Object.entries(dishonest))(`${verifies('login:hostile')}: %s`, async (_, mischief) => {
    const code = mischief.metadata === undefined ? 'not_trusted' : 'client_refused';
    await expect(byDevice(await startAuthority(mischief))).rejects.toMatchObject({ name: 'LoginError', code });
  });

  test(`${verifies('login:device')}, until the code runs out`, async () => {
    const authority = await startAuthority({ polls: Array.from({ length: 50 }, () => 'authorization_pending') });
    let clock = 0;
    const pause = async (ms: number): Promise<void> => void (clock += ms * 100);
    const waiting = signInByDevice(await hubOf(authority), { show: () => undefined, pause, now: () => clock });
    await expect(waiting).rejects.toMatchObject({ code: 'expired' });
  });
});

test(`${verifies('login:words')}: a client that the hub does not know`, async () => {
  const authority = await startAuthority();
  const hub = await hubOf(authority, 'somebody');
  const failure = signInByDevice(hub, { show: () => undefined, pause: async () => undefined });
  await expect(failure).rejects.toMatchObject({ code: 'client_refused', message: expect.stringContaining('setup --client-id') }); // prettier-ignore
});

async function failureOf(work: Promise<unknown>): Promise<unknown> {
  try {
    return await work;
  } catch (error) {
    return error;
  }
}

/** Whatever is printed of a failure, its causes too. */
function expectNoSecret({ secrets }: Authority, failure: unknown): void {
  const parts: string[] = [];
  for (let one: unknown = failure; one instanceof Error; one = one.cause) {
    parts.push(String(one), JSON.stringify(one), JSON.stringify(one.cause));
  }
  for (const secret of secrets) expect(parts.join('\n')).not.toContain(secret);
}

/** As a page whose name leads to this machine would call. */
async function statusAs(host: string, to: URL): Promise<number> {
  const { request } = await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const outgoing = request(to, { headers: { host }, path: '/callback?code=a&state=b' }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  outgoing.once('error', reject);
  outgoing.end();
  return promise;
}

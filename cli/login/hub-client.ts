/** The hub as the commands see it: how to sign in, stay signed in and sign out. */
import {
  discoveryRequest,
  None,
  processDiscoveryResponse,
  processRefreshTokenResponse,
  processRevocationResponse,
  getValidatedIdTokenClaims,
  refreshTokenGrantRequest,
  revocationRequest,
  type AuthorizationServer,
  type Client,
  type TokenEndpointResponse,
} from 'oauth4webapi';

import { askingOf, LIMITS, type Asking, type Limits } from './exchange.ts';
import type { Hub } from './hub-file.ts';
import { inWords } from './in-words.ts';

/** What a login leaves. Never printed, never logged. */
export type Tokens = {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
  /** In ms since the epoch; undefined when the hub did not say. */
  readonly expiresAt: number | undefined;
  readonly scope: string | undefined;
  /** Who the hub says it is; undefined when it does not. */
  readonly subject: string | undefined;
  readonly name: string | undefined;
};

/** A hub whose metadata was read and belongs to it. */
export type HubClient = {
  readonly server: AuthorizationServer;
  readonly client: Client;
  readonly asking: Asking;
};

/** A name for people, and staying signed in. */
export const SCOPE = 'openid profile offline_access';

/** Finds the endpoints by the metadata of the hub (RFC 8414), which has to name the hub itself as its issuer. */
export async function openHub({ hub, clientId }: Hub, limits: Limits = LIMITS): Promise<HubClient> {
  const asking = askingOf(hub, limits);
  const issuer = new URL(hub);
  return inWords(async () => {
    const response = await discoveryRequest(issuer, { ...asking, algorithm: 'oauth2' });
    const server = await processDiscoveryResponse(issuer, response);
    return { server, client: { client_id: clientId }, asking };
  });
}

/** New tokens for a refresh token. The old one is spent with it. */
export async function refreshed({ server, client, asking }: HubClient, refreshToken: string): Promise<Tokens> {
  return inWords(async () => {
    const response = await refreshTokenGrantRequest(server, client, None(), refreshToken, asking);
    const tokens = tokensOf(await processRefreshTokenResponse(server, client, response));
    // A hub that does not rotate goes on with the same one.
    return { ...tokens, refreshToken: tokens.refreshToken ?? refreshToken };
  });
}

/** Has the hub forget a token (RFC 7009). False when it offers no way to. */
export async function revoked({ server, client, asking }: HubClient, token: string): Promise<boolean> {
  if (server.revocation_endpoint === undefined) return false;
  return inWords(async () => {
    await processRevocationResponse(await revocationRequest(server, client, None(), token, asking));
    return true;
  });
}

export function tokensOf(response: TokenEndpointResponse, now = Date.now()): Tokens {
  const claims = getValidatedIdTokenClaims(response);
  const name = claims?.['name'] ?? claims?.['preferred_username'];
  return {
    accessToken: response.access_token,
    refreshToken: response.refresh_token,
    expiresAt: response.expires_in === undefined ? undefined : now + response.expires_in * 1000,
    scope: response.scope,
    subject: claims?.sub,
    name: typeof name === 'string' ? name : undefined,
  };
}

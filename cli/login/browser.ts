/** Signing in with the browser of this machine: a code with PKCE (RFC 7636), sent back to a loopback address (RFC 8252). */
import { authorizationCodeGrantRequest, calculatePKCECodeChallenge, generateRandomCodeVerifier, generateRandomState, None, processAuthorizationCodeResponse, validateAuthResponse } from 'oauth4webapi'; // prettier-ignore

import { SCOPE, tokensOf, type HubClient, type Tokens } from './hub-client.ts';
import { isProtected } from './hub-file.ts';
import { inWords } from './in-words.ts';
import { LoginError } from './login-error.ts';
import { openLoopback } from './loopback.ts';

export type BrowserOptions = {
  readonly show: (address: string) => void;
  /** How long the person may take. */
  readonly waitMs?: number;
};

const WAIT_MS = 10 * 60_000;

export async function signInByBrowser(hub: HubClient, { show, waitMs = WAIT_MS }: BrowserOptions): Promise<Tokens> {
  const { server, client, asking } = hub;
  const { authorization_endpoint: endpoint, code_challenge_methods_supported: methods } = server;
  if (endpoint === undefined) throw new LoginError('client_refused', 'this hub signs nobody in by browser; try `--device`'); // prettier-ignore
  if (!isProtected(endpoint)) throw new LoginError('not_trusted', 'the hub signs in at an address without encryption');
  // INVARIANT: without PKCE at the hub a code that leaks is a login.
  if (methods?.includes('S256') !== true) throw new LoginError('not_trusted', 'the hub does not say that it keeps to PKCE with S256'); // prettier-ignore
  const verifier = generateRandomCodeVerifier();
  const state = generateRandomState();
  const loopback = await openLoopback();
  try {
    const address = new URL(endpoint);
    const asked = {
      response_type: 'code',
      client_id: client.client_id,
      redirect_uri: loopback.redirectUri,
      scope: SCOPE,
      state,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    };
    for (const [name, value] of Object.entries(asked)) address.searchParams.set(name, value);
    show(address.href);
    const came = await loopback.answer(waitMs);
    return await inWords(async () => {
      // State, and the issuer where the hub says that it sends it (RFC 9207).
      const checked = validateAuthResponse(server, client, came, state);
      const response = await authorizationCodeGrantRequest(server, client, None(), checked, loopback.redirectUri, verifier, asking); // prettier-ignore
      return tokensOf(await processAuthorizationCodeResponse(server, client, response));
    });
  } finally {
    loopback.close();
  }
}

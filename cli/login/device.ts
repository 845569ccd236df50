/** Signing in with a code that is typed on any device (RFC 8628). */
import { deviceAuthorizationRequest, deviceCodeGrantRequest, None, processDeviceAuthorizationResponse, processDeviceCodeResponse, ResponseBodyError } from 'oauth4webapi'; // prettier-ignore

import { SCOPE, tokensOf, type HubClient, type Tokens } from './hub-client.ts';
import { isProtected } from './hub-file.ts';
import { inWords, wordsFor } from './in-words.ts';
import { LoginError } from './login-error.ts';

/** What a person has to do. */
export type DevicePrompt = { readonly address: string; readonly userCode: string; readonly expiresAt: number };

export type DeviceOptions = {
  readonly show: (prompt: DevicePrompt) => void;
  readonly pause: (ms: number) => Promise<unknown>;
  readonly now?: () => number;
};

/** RFC 8628: when nothing is said, and by how much more when it was too often. */
const INTERVAL_S = 5;
const SLOWER_S = 5;
/** No hub makes us ask more often than this, or wait for ever. */
const SHORTEST_S = 1;
const LONGEST_INTERVAL_S = 60;
const LONGEST_S = 30 * 60;
/** What a person can type; anything else is no code. */
const USER_CODE = /^[A-Za-z0-9-]{1,32}$/;

export async function signInByDevice(hub: HubClient, { show, pause, now = Date.now }: DeviceOptions): Promise<Tokens> {
  const { server, client, asking } = hub;
  if (server.device_authorization_endpoint === undefined) {
    throw new LoginError('client_refused', 'this hub knows no codes for devices; try `--browser`');
  }
  const started = await inWords(async () => {
    const response = await deviceAuthorizationRequest(server, client, None(), { scope: SCOPE }, asking);
    return processDeviceAuthorizationResponse(server, client, response);
  });
  if (!USER_CODE.test(started.user_code) || !isProtected(started.verification_uri)) {
    throw new LoginError('not_trusted', 'the hub shows a code or an address that nobody should use');
  }
  const expiresAt = now() + Math.min(started.expires_in, LONGEST_S) * 1000;
  show({ address: started.verification_uri, userCode: started.user_code, expiresAt });

  let interval = Math.max(SHORTEST_S, started.interval ?? INTERVAL_S);
  for (;;) {
    await pause(Math.min(interval, LONGEST_INTERVAL_S) * 1000);
    if (now() >= expiresAt) throw new LoginError('expired', 'the code ran out before it was used; run `countersign login` again'); // prettier-ignore
    const answer = await polled(hub, started.device_code);
    if (answer === 'slow_down') interval += SLOWER_S;
    else if (answer !== 'authorization_pending') return answer;
  }
}

async function polled(
  { server, client, asking }: HubClient,
  deviceCode: string,
): Promise<Tokens | 'slow_down' | 'authorization_pending'> {
  try {
    const response = await deviceCodeGrantRequest(server, client, None(), deviceCode, asking);
    return tokensOf(await processDeviceCodeResponse(server, client, response));
  } catch (error) {
    const code = error instanceof ResponseBodyError ? error.error : undefined;
    if (code === 'slow_down' || code === 'authorization_pending') return code;
    // RFC 8628: a hub that does not answer in time is asked less often, until the code runs out.
    if (error instanceof LoginError && error.code === 'unreachable') return 'slow_down';
    throw wordsFor(error);
  }
}

/** What goes wrong between here and the hub, in words for the person. */
import { AuthorizationResponseError, OperationProcessingError, ResponseBodyError, UnsupportedOperationError } from 'oauth4webapi'; // prettier-ignore

import { LoginError, type LoginCode } from './login-error.ts';

const KNOWN: Readonly<Record<string, readonly [LoginCode, string]>> = {
  access_denied: ['denied', 'the login was refused at the hub'],
  expired_token: ['expired', 'the code ran out before it was used; run `countersign login` again'],
  invalid_grant: ['expired', 'the hub does not take this login any more; run `countersign login` again'],
  invalid_client: ['client_refused', 'the hub does not know this client id; look at it and run `countersign setup --client-id ID`'], // prettier-ignore
  unauthorized_client: ['client_refused', 'the hub does not let this client sign in this way; try `--device` or `--browser`'], // prettier-ignore
  unsupported_grant_type: ['client_refused', 'the hub does not know this way to sign in; try `--device` or `--browser`'], // prettier-ignore
  invalid_scope: ['client_refused', 'the hub does not give this client what it asks for'],
  login_required: ['denied', 'nobody is signed in at the hub'],
  server_error: ['unreachable', 'the hub failed; try again later'],
  temporarily_unavailable: ['unreachable', 'the hub is too busy; try again later'],
};

/** A description of the hub is a quotation: at most so much of it is shown. */
const MAX_DESCRIPTION = 200;

/** Runs the work; what the library throws becomes a {@link LoginError}. */
export async function inWords<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw wordsFor(error);
  }
}

export function wordsFor(error: unknown): unknown {
  if (error instanceof ResponseBodyError) return told(error.error, error.error_description, error);
  if (error instanceof AuthorizationResponseError)
    return told(error.error, error.error_description ?? undefined, error);
  if (error instanceof UnsupportedOperationError || error instanceof OperationProcessingError) {
    // Its causes hold the answer itself, with tokens in it perhaps: only its words go on.
    return new LoginError('not_trusted', `the answer of the hub cannot be trusted: ${error.message}`);
  }
  return error;
}

function told(code: string, description: string | undefined, cause: Error): LoginError {
  const [kind, words] = KNOWN[code] ?? ['refused', `the hub refused: \`${code.slice(0, MAX_DESCRIPTION)}\``];
  const quoted = description === undefined || description === '' ? '' : ` (the hub says: “${description.slice(0, MAX_DESCRIPTION)}”)`; // prettier-ignore
  return new LoginError(kind, `${words}${quoted}`, { cause: cause.name });
}

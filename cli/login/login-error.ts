/** Why a login did not come about, in words for the person; no token is ever part of it. */

export type LoginCode =
  'not_set_up' | 'not_signed_in' | 'unreachable' | 'not_trusted' | 'denied' | 'expired' | 'client_refused' | 'refused';

export class LoginError extends Error {
  readonly code: LoginCode;

  constructor(code: LoginCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'LoginError';
    this.code = code;
  }
}

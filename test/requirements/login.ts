/** Behaviours promised of the login at the hub of a team. */
export const login = {
  'login:browser': 'a login by browser keeps to PKCE with S256, an exact loopback address and no secret of the client',
  'login:device':
    'a login by device asks as often as the hub wants, slower when told, and no longer than the code lives',
  'login:hostile':
    'a hub that sends a wrong state, issuer, person or place, or answers endlessly or never, gets and gives nothing',
  'login:loopback': 'the address that the browser comes back to answers one path, one method and its own name',
  'login:words': 'every error of the hub is told in words with what to do next, and never with a token',
  'login:kept': 'a login is kept in private, renewed once by one process, and gone after logout here and at the hub',
  'login:addresses': 'a hub is reached by https, or on this machine; anything else is no address of one',
} as const;

/** Names of variables, options and keys whose value is a secret whatever it looks like. */

const ENDING = [
  'token', 'secret', 'password', 'passwd', 'passphrase', 'passcode', 'otp', 'pass', 'pwd', 'bearer', 'credential', 'credentials',
  '(?:api|access|private|client|secret|auth|signing|encryption|account|master|session)[_-]?key', 'secret_key_base',
].join('|'); // prettier-ignore

/** `dbPassword`, `db_password`, `--api-key`, `PGPASSWORD`; not `bypass`, `password-stdin` or `tokens`. */
const SECRET_NAME = new RegExp(`(?:^-*|[_.-]|pg|mysql|redis)(?:${ENDING})$`, 'i');
const CAMEL_NAME =
  /[a-z0-9](?:Token|Secret|Password|Passwd|Passphrase|Pass|Pwd|ApiKey|AccessKey|PrivateKey|SecretKey)$/;
/** The working directory, a program that asks, and names of commands: hiding those would hide what runs. */
const NO_SECRET = /^(?:(?:OLD)?PWD|.*[aA][sS][kK][pP][aA][sS][sS]|alias[.].*)$/;
/** What no secret is, and what must be seen where it is a target: the whole disk, a system folder or a home. */
const WELL_KNOWN_PATH =
  /^(?:[/~.*]{1,6}|(?:\/(?:bin|boot|dev|etc|lib\d*|mnt|media|opt|proc|root|run|sbin|srv|sys|tmp|usr|var|home|Users|System|Library|Applications|Volumes)(?:(?<=home|Users)\/[\w.-]{1,32})?|~)\/?\*?)$/;

export function isSecretName(name: string): boolean {
  return (SECRET_NAME.test(name) || CAMEL_NAME.test(name)) && !NO_SECRET.test(name);
}

export function isWellKnownPath(value: string): boolean {
  return WELL_KNOWN_PATH.test(value);
}

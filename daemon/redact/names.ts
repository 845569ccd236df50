/** Names of variables, options and keys whose value is a secret whatever it looks like. */

const ENDING = [
  'token', 'secret', 'password', 'passwd', 'passphrase', 'passcode', 'pass', 'pwd', 'bearer', 'credential', 'credentials',
  '(?:api|access|private|client|secret|auth|signing|encryption|account|master|session)[_-]?key',
].join('|'); // prettier-ignore

/** `dbPassword`, `db_password`, `--api-key`, `PGPASSWORD`; not `bypass`, `password-stdin` or `tokens`. */
const SECRET_NAME = new RegExp(`(?:^-*|[_.-]|pg|mysql|redis)(?:${ENDING})$`, 'i');
const CAMEL_NAME =
  /[a-z0-9](?:Token|Secret|Password|Passwd|Passphrase|Pass|Pwd|ApiKey|AccessKey|PrivateKey|SecretKey)$/;
/** The working directory. */
const FOLDER = /^(?:OLD)?PWD$/;

export function isSecretName(name: string): boolean {
  return (SECRET_NAME.test(name) || CAMEL_NAME.test(name)) && !FOLDER.test(name);
}

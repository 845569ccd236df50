/** Names of files that nobody can make again: secrets, keys, databases, state. */

const PRECIOUS: readonly RegExp[] = [
  /^\.env(?:\..+|rc)?$/iu,
  /\.env$/iu,
  /\.(?:pem|key|p12|pfx|jks|keystore|kdbx|asc|gpg|ovpn|mobileprovision)$/iu,
  /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$/u,
  /\.(?:sqlite|sqlite3|db|db3|mdb|dump|rdb|realm|duckdb)$/iu,
  /\.(?:sql|bak|backup)(?:\.(?:gz|bz2|xz|zst))?$/iu,
  /^terraform\.tfstate/u,
  /\.(?:tfvars|tfstate)(?:\..+)?$/u,
  /^(?:credentials?|secrets?|service-account[^/]*)(?:\.[^/]+)?$/iu,
  /^\.(?:npmrc|netrc|pgpass|pypirc|git-credentials|htpasswd|vault-token)$/u,
  /^kubeconfig/u,
];

/** Templates that are meant to be shared. */
const TEMPLATE = /\.(?:example|sample|template|dist|defaults?)$/iu;

export function isPrecious(name: string): boolean {
  return !TEMPLATE.test(name) && PRECIOUS.some((pattern) => pattern.test(name));
}

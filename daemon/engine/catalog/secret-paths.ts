/** Files that hold keys, tokens or passwords, recognised by name. */
import { baseName } from './paths.ts';

const NAMES = new Set(
  ('.netrc _netrc .pypirc .dev.vars .pgpass .my.cnf .git-credentials .htpasswd .dockercfg .vault-token .boto ' +
    'credentials credentials.json credentials.yaml credentials.yml application_default_credentials.json client_secret.json ' +
    'service-account.json serviceaccount.json service_account.json secrets.json secrets.yaml secrets.yml secrets.env secrets.toml ' +
    'master.key shadow gshadow shadow- sudoers keyring.gpg secring.gpg wallet.dat login.keychain-db logins.json key4.db ' +
    '.bash_history .zsh_history .psql_history .mysql_history cookies cookies.sqlite terraform.tfvars .terraformrc kubeconfig hub_token .envrc').split(' '),
); // prettier-ignore

/** An example of an environment file holds no secret. */
const EXAMPLE = /(?:example|sample|template|dist|defaults?|schema)/i;
const ENV_FILE = /^\.env(?:\..+)?$|^.+\.env$/i;
/** What a pattern may match counts as matched: names that lie in many folders. */
const COMMON = ['.env', '.env.local', '.envrc', '.dev.vars', '.netrc', '.pgpass', '.git-credentials', 'id_rsa', 'id_ed25519', 'credentials', 'credentials.json', 'secrets.yaml', 'secrets.json']; // prettier-ignore
/** A pattern that begins with less is not about secrets: `*` and `*.json` are everywhere. */
const BEGUN = /^(?:\.|[^*?[{]{3})[^*?[{]*[*?[{]/;
/** The user's own holds the token; that of a project is handed out with it. */
const NPM_SETTINGS = /^(?:\/(?:root|(?:home|Users)\/[^/]+)|[^/].*|)\/?\.npmrc$/;
const KEY_FILE = /^id_(?:rsa|dsa|ecdsa|ed25519)(?:_sk)?$|\.(?:pem|p12|pfx|key|keystore|jks|kdbx|ppk|tfvars)$/i;
/** Keys made for tests. */
const FIXTURE = /\/(?:fixtures?|testdata|__fixtures__|test-?keys?)\//i;
/** Certificates are public, whatever they are wrapped in. */
const CERTIFICATE = /(?:^|[-_.])(?:ca|certs?|certificate|chain|fullchain|public|pub|root)\b.*\.pem$/i;
const FOLDERS = /\/\.(?:aws|kube|gnupg|azure|password-store)(?:\/|$)|\/\.docker\/config\.json$|\/\.config\/(?:gcloud|gh|op|hub)(?:\/|$)|\/\.ssh\/(?!known_hosts|config$|authorized_keys|[^/]*\.pub$)|\/\.ssh$|\/Library\/Keychains\/|\/run\/secrets\/|\/proc\/[^/]+\/environ$|\/etc\/(?:ssl\/private|shadow)|\/\.cargo\/credentials|\/containers\/auth\.json$|\/pypoetry\/auth\.toml$|\/etc\/kubernetes\/(?:admin|super-admin|kubelet|controller-manager|scheduler)\.conf$|\/etc\/rancher\/k3s\/k3s\.yaml$|NTDS\.dit$|\\Microsoft\\(?:Credentials|Protect)\\|\\config\\SAM$/; // prettier-ignore

export function isSecretPath(path: string): boolean {
  const name = baseName(path);
  if (NAMES.has(name.toLowerCase()) || FOLDERS.test(path)) return true;
  if (name === '.npmrc') return NPM_SETTINGS.test(path);
  if (matchesCommon(name)) return true;
  if (ENV_FILE.test(name)) return !EXAMPLE.test(name);
  // Everybody who has the tests has their keys.
  if (FIXTURE.test(path)) return false;
  return KEY_FILE.test(name) && !CERTIFICATE.test(name);
}

/** Linear: what stands between the wildcards is looked for from left to right. */
function matchesCommon(pattern: string): boolean {
  if (pattern.length > 64 || !BEGUN.test(pattern)) return false;
  const pieces = pattern.split(/[*?{}]+|\[[^\]]*\]?/);
  return COMMON.some((name) => holdsInOrder(name, pieces));
}

function holdsInOrder(name: string, pieces: readonly string[]): boolean {
  if (!name.startsWith(pieces[0] ?? '') || !name.endsWith(pieces.at(-1) ?? '')) return false;
  let from = 0;
  for (const piece of pieces) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return true;
}

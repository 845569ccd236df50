/** What secrets look like: bounded patterns, so that hostile text costs linear time. */

export type Detector = {
  readonly kind: string;
  readonly pattern: RegExp;
  /** Beyond the shape: a checksum. */
  readonly accepts?: (text: string) => boolean;
};

// A value never holds `$`, a backtick, a bracket or a separator: hiding a command or a substitution would change the judgement.
// One followed by `(` is code, and one that starts like a path has to stay visible to the engine.
const BARE = String.raw`(?![/~.$])(?=(?<bare>[^\s'"$\x60\\;&|<>()\[\]{},⟦⟧]{1,512}))\k<bare>(?!\s*[(\[])`;
const VALUE = String.raw`(?:'(?<single>(?![/~.])[^'\n⟦⟧]{1,512})'|"(?<double>(?![/~.])[^"$\x60\\\n⟦⟧]{1,512})"|${BARE})`;
const NAME_ENDING = String.raw`(?:token|secret|password|passwd|passphrase|pwd|api[_-]?key|access[_-]?key|private[_-]?key|client[_-]?key)`;

/** Patterns with a named group redact only that group. The order is from specific to general. */
export const DETECTORS: readonly Detector[] = [
  {
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----[^⟦⟧-]{1,16384}-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----/g,
  },
  { kind: 'jwt', pattern: /\beyJ[\w-]{8,4096}\.eyJ[\w-]{4,8192}\.[\w-]{8,1024}/g },
  { kind: 'aws-key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g },
  { kind: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255})/g },
  { kind: 'gitlab-token', pattern: /\bgl(?:pat|rt|dt|ptt|cbt|ft|soat)-[\w-]{20,64}/g },
  { kind: 'slack-token', pattern: /\bxox[abeoprs]-[\w-]{10,250}/g },
  { kind: 'stripe-key', pattern: /\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,255}/g },
  { kind: 'anthropic-key', pattern: /\bsk-ant-[\w-]{20,255}/g },
  { kind: 'openai-key', pattern: /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,255}/g },
  { kind: 'google-key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'google-token', pattern: /\bya29\.[\w-]{20,1024}/g },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'pypi-token', pattern: /\bpypi-[\w-]{50,512}/g },
  { kind: 'sendgrid-key', pattern: /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/g },
  { kind: 'twilio-key', pattern: /\bSK[0-9a-f]{32}\b/g },
  {
    kind: 'url-password',
    pattern: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"⟦⟧]{0,128}:(?<value>[^\s/@'"$`⟦⟧]{1,256})(?=@)/gi,
  },
  {
    kind: 'authorization',
    pattern: /\b(?:bearer|basic)[ \t]{1,4}(?<value>[A-Za-z0-9+/_~.-]{8,4096}={0,2})/gi,
    // A word of prose is all lower case; a credential is not.
    accepts: (text) => !/^[a-z]+[.,-]?$/i.test(text),
  },
  {
    kind: 'password',
    pattern: new RegExp(
      String.raw`\bcurl\b[^|;&\n⟦⟧]{0,256}?\s(?:-u|--user)[ =]?['"]?[^\s:'"⟦⟧]{1,128}:(?<value>[^\s'"$\x60⟦⟧]{1,256})`,
      'g',
    ),
  },
  {
    kind: 'password',
    pattern: /\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;&\n⟦⟧]{0,256}?\s-p(?<value>[^\s'"$`;&|<>()⟦⟧]{1,256})/g,
  },
  {
    kind: 'password',
    pattern: new RegExp(String.raw`(?<![\w-])--?(?:[a-z]{1,16}-){0,3}${NAME_ENDING}[= ]{1,2}(?!-)${VALUE}`, 'gi'),
  },
  {
    kind: 'assignment',
    pattern: new RegExp(
      String.raw`(?<![A-Za-z0-9$])(?:[A-Za-z0-9]{1,32}[_-]){0,6}(?:PG|MYSQL_)?${NAME_ENDING}['"]?[ \t]{0,2}(?:=(?!=)|:(?![:/]))[ \t]{0,2}${VALUE}`,
      'gi',
    ),
  },
  { kind: 'card', pattern: /(?<![\w.-])[3-6](?:[ -]?\d){12,18}(?![\w-])/g, accepts: luhn },
  {
    kind: 'iban',
    pattern: /(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])/g,
    accepts: mod97,
  },
];

/** One look that decides for nearly every action that nothing below has to run. */
export const TRIGGER =
  /token|secret|passw|passphrase|pwd|[_-]key|apikey|accesskey|bearer|basic[ \t]|eyJ|A(?:KIA|SIA|BIA|CCA)|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox[abeoprs]-|[rs]k_|whsec_|sk-|AIza|ya29\.|npm_|pypi-|SG\.|SK[0-9a-f]{8}|:\/\/[^\s/]{0,256}@|PRIVATE KEY|curl|mysql|mariadb|[3-6](?:[ -]?\d){12}|[A-Z]{2}\d{2} ?[A-Z0-9]{4}/i;

/** Names of variables, options and JSON keys whose value is a secret whatever it looks like. */
export const SECRET_NAME = new RegExp(String.raw`(?:^|[_.-]|[a-z](?=[A-Z])|pg|mysql)${NAME_ENDING}$`, 'i');

function luhn(text: string): boolean {
  const digits = text.replace(/\D/g, '');
  if (digits.length < 13 || digits.length > 19 || /^(\d)\1+$/.test(digits)) return false;
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

function mod97(text: string): boolean {
  const compact = text.replaceAll(' ', '');
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

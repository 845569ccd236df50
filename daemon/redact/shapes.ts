/** Secrets that are known by their own shape: bounded patterns, so that hostile text costs linear time. */
import { luhn, mod97 } from './checksums.ts';

export type Shape = {
  readonly kind: string;
  /** With a group, only that is the secret; it ends the match. */
  readonly pattern: RegExp;
  /** Beyond the shape: a checksum. */
  readonly accepts?: (text: string) => boolean;
  /** `digits`: its blanks only separate them. `armor`: nothing but encoded lines, which name no path and no option. */
  readonly holds?: 'digits' | 'armor';
};

export const SHAPES: readonly Shape[] = [
  {
    kind: 'private-key',
    pattern:
      /-----BEGIN (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:(?:[\r\n]|\\[nr]){1,4}(?:[A-Z][A-Za-z-]{2,16}: [\w ,.()-]{1,100}|[A-Za-z0-9+/=]{16,128})(?=[\r\n\\'"]|$)){1,400}(?:(?:[\r\n]|\\[nr]){1,4}(?:[A-Za-z0-9+/=]{1,15}(?:[\r\n]|\\[nr]){1,4})?-----END (?:[A-Z]{2,10} ){0,2}PRIVATE KEY(?: BLOCK)?-----)?/g,
    holds: 'armor',
  },
  { kind: 'jwt', pattern: /\beyJ[\w-]{8,4096}\.eyJ[\w-]{4,8192}\.[\w-]{8,1024}/g },
  { kind: 'aws-key', pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b/g },
  { kind: 'github-token', pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_\w{60,255})/g },
  { kind: 'gitlab-token', pattern: /\bgl(?:pat|rt|dt|ptt|cbt|ft|soat)-[\w-]{20,64}/g },
  { kind: 'slack-token', pattern: /\bxox[abeoprs]-[\w-]{10,250}/g },
  { kind: 'stripe-key', pattern: /\b(?:[rs]k_(?:live|test)|whsec)_[A-Za-z0-9]{16,255}/g },
  { kind: 'anthropic-key', pattern: /\bsk-ant-[\w-]{20,255}/g },
  {
    kind: 'openai-key',
    pattern: /\bsk-(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,255}/g,
    // `sk-` also begins names such as those of style sheets.
    accepts: (text) => /\d/.test(text) && /[A-Z]/.test(text),
  },
  { kind: 'google-key', pattern: /\bAIza[\w-]{35}/g },
  { kind: 'google-token', pattern: /\bya29\.[\w-]{20,1024}/g },
  { kind: 'npm-token', pattern: /\bnpm_[A-Za-z0-9]{36}\b/g },
  { kind: 'pypi-token', pattern: /\bpypi-[\w-]{50,512}/g },
  { kind: 'sendgrid-key', pattern: /\bSG\.[\w-]{16,32}\.[\w-]{32,64}/g },
  { kind: 'twilio-key', pattern: /\bSK[0-9a-f]{32}\b/g },
  {
    kind: 'url-password',
    pattern:
      /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#:@'"\uFFFF]{0,128}:(?!(?:\$(?:\w+|\{\w+\})|x-oauth-basic|x-access-token)@)(?<value>[^\s/?#'"\uFFFF]{1,256})(?=@)/gi,
  },
  {
    // The name that stands before no password or the word that says so is the token itself.
    kind: 'url-token',
    pattern:
      /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/(?<value>[^\s/?#:@'"$`\uFFFF]{1,256}(?=:(?:x-oauth-basic|x-access-token)?@)|[\w-]{20,256}(?=(?::[^\s/?#@'"]{0,256})?@))/gi,
    accepts: (text) => !/^(?:git|x-access-token|oauth2)$/.test(text),
  },
  {
    kind: 'authorization',
    pattern: /\b(?:bearer|basic)[ \t]{1,4}(?<value>[A-Za-z0-9+/_~.-]{8,4096}={0,2})/gi,
    // A word of prose is all letters; a credential is not.
    accepts: (text) => !/^[a-z]+[.,-]?$/i.test(text),
  },
  { kind: 'card', pattern: /(?<![\w.-])[3-6](?:[ -]?\d){12,18}(?![\w-])/g, accepts: luhn, holds: 'digits' },
  {
    kind: 'iban',
    pattern: /(?<![\w-])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![\w-])/g,
    accepts: mod97,
    holds: 'digits',
  },
];

/** One look that decides for nearly every action that nothing else has to run. */
export const TRIGGER =
  /token|secret|pass|pwd|key|bearer|credential|authorization|basic[ \t]|eyJ|A(?:KIA|SIA|BIA|CCA)|gh[pousr]_|github_pat_|gl[a-z]{2,4}-|xox[abeoprs]-|[rs]k_|whsec_|sk-|AIza|ya29\.|npm_|pypi-|SG\.|SK[0-9a-f]{8}|:\/\/[^\s/]{0,256}@|curl|wget|cookie|identified|otp|openssl|mysql|mariadb|mongo|redis|sqlcmd|login|[3-6](?:[ -]?\d){12}|[A-Z]{2}\d{2} ?[A-Z0-9]{4}/i;

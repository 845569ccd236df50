/** Secrets that a command gives to a name. */
import { isSecretName, isWellKnownPath } from './names.ts';
import { looksLikeOption } from './options.ts';
import { readValue, type Range } from './values.ts';

/** `set -x NAME value`, `configure set NAME value`, `export NAME value`. */
const SETTING =
  /(?<![\w-])(?:set|setenv|export|config)[ \t]{1,4}(?<flags>(?:-{1,2}[A-Za-z]{1,16}[ \t]{1,4}){0,4})(?<name>[\w.:/-]{2,128})[ \t]{1,4}(?=[^\s\uFFFF])/g;

export function statementSecrets(text: string): (readonly Range[])[] {
  return [...text.matchAll(SETTING)].map((match) => {
    const { flags = '', name = '' } = match.groups ?? {};
    const from = match.index + match[0].length;
    const value = readValue(text, from);
    const written = text.slice(from, value.end);
    // Without an option it may be a sentence: `set token to`.
    const prose = flags === '' && /^[A-Za-z]*[.,:;]*$/.test(written);
    return prose || !isSecretName(name) || !isSecret(written.replaceAll(/^['"]/g, '')) ? [] : value.parts;
  });
}

/** The argument that a command gives to a name of a secret. */
export function isSetting(argv: readonly string[], at: number): boolean {
  const name = argv[at - 1] ?? '';
  if (name.startsWith('-') || !isSecretName(name) || !isSecret(argv[at] ?? '')) return false;
  const command = argv.slice(Math.max(0, at - 6), at - 1).findLast((word) => !word.startsWith('-')) ?? '';
  return /^(?:set|setenv|export|config)$/.test(command);
}

function isSecret(value: string): boolean {
  return !looksLikeOption(value) && !isWellKnownPath(value);
}

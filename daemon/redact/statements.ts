/** Secrets that statements hold: those of SQL accounts and keys, and those of names that a command sets. */
import { isSecretName, isWellKnownPath } from './names.ts';
import { looksLikeOption } from './options.ts';
import { readValue, type Range } from './values.ts';

/** As SQL writes it, or as a shell's quotes make of it. */
const QUOTE = String.raw`(?:'\\''|\\{0,3}['"])`;
const ANY = String.raw`[^;\n\uFFFF]{0,200}?`;
const SQL = [
  String.raw`(?:alter|create)\s{1,4}(?:user|role|login|group)\b${ANY}\bpassword\s{0,4}=?\s{0,4}`,
  String.raw`set\s{1,4}password\b${ANY}=\s{0,4}(?:password\s{0,4}\(\s{0,4})?`,
  String.raw`identified\s{1,4}(?:with\s{1,4}[\w'"\x60\\]{1,64}\s{1,4})?(?:by|as)\s{1,4}(?:password\s{1,4})?`,
  String.raw`pragma\s{1,4}(?:\w{1,64}\.)?(?:hex)?(?:re)?key\s{0,4}[=(]\s{0,4}(?:${QUOTE}x(?=['"\\])|(?!${QUOTE}x['"\\]))`,
].map((before) => new RegExp(String.raw`(?<!\w)${before}${QUOTE}(?<value>(?:[^'"\\\n\uFFFF]|''(?=\w)){1,256})`, 'gi'));

/** `set -x NAME value`, `configure set NAME value`, `export NAME value`. */
const SETTING =
  /(?<![\w-])(?:set|setenv|export|config)[ \t]{1,4}(?<flags>(?:-{1,2}[A-Za-z]{1,16}[ \t]{1,4}){0,4})(?<name>[\w.:/-]{2,128})[ \t]{1,4}(?=[^\s\uFFFF])/g;

export function statementSecrets(text: string): (readonly Range[])[] {
  return [...SQL.flatMap((pattern) => [...text.matchAll(pattern)].map(valueOf)), ...settings(text)];
}

function valueOf(match: RegExpExecArray): readonly Range[] {
  const end = match.index + match[0].length;
  return [{ start: end - (match.groups?.['value'] ?? '').length, end }];
}

function settings(text: string): (readonly Range[])[] {
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

/** Secrets that are known by the program they are given to: its options and the places of its arguments. */
import { cookieValues } from './cookies.ts';
import { readValue, type Quote, type Range } from './values.ts';

/**
 * What an option holds: `value` as the next word or after `=`; `short` also right behind the letter; `attached` only
 * there; `user` is `NAME:PASSWORD`, and `cookie` is `NAME=VALUE; …` but else a file.
 */
type Form = 'value' | 'short' | 'attached' | 'user' | 'cookie';
type ProgramOption = { readonly program: string; readonly option: string; readonly form: Form };

/** Options of curl without a value, which may stand before another in one word. */
const CURL_FLAGS = '[sSkLfvigGIjlNOqRaB046#]{0,8}';

const OPTIONS: readonly ProgramOption[] = [
  { program: 'curl', option: `-${CURL_FLAGS}[uU]|--user|--proxy-user`, form: 'user' },
  { program: 'curl', option: `-${CURL_FLAGS}b|--cookie`, form: 'cookie' },
  { program: '(?:mysql|mariadb)[a-z-]{0,16}', option: '-p', form: 'attached' },
  { program: '(?:docker|podman|nerdctl|helm|az)[ \\t]{1,4}(?:[a-z]{2,16}[ \\t]{1,4})?login', option: '-p', form: 'short' },
  { program: 'gh[ \\t]{1,4}secret[ \\t]{1,4}set', option: '-b', form: 'short' },
  { program: 'gh[ \\t]{1,4}secret[ \\t]{1,4}set', option: '--body', form: 'value' },
  { program: 'ssh-keygen', option: '-N', form: 'short' },
  { program: 'ssh-keygen', option: '-P', form: 'short' },
  { program: 'openssl', option: '-k', form: 'value' },
  { program: 'sshpass', option: '-p', form: 'short' },
  { program: 'redis-cli', option: '-a', form: 'value' },
  { program: 'mongo[a-z]{0,12}', option: '-p', form: 'value' },
  { program: 'sqlcmd', option: '-P', form: 'value' },
]; // prettier-ignore

const GAP = String.raw`[ \t]{1,4}`;
const WORD = String.raw`[^\s;&|<>\uFFFF-][^\s;&|<>\uFFFF]{0,255}`;
const HTPASSWD = String.raw`(?:${GAP}(?:-\w{1,8}|\d{1,2})){0,4}${GAP}`;
/** What stands before a secret that is an argument by its place. */
const PLACES: readonly string[] = [
  String.raw`htpasswd${HTPASSWD}-(?=\w{0,7}b)(?!\w{0,7}n)\w{1,8}${HTPASSWD}${WORD}${GAP}${WORD}${GAP}`,
  String.raw`htpasswd${HTPASSWD}-(?=\w{0,7}b)(?=\w{0,7}n)\w{1,8}${HTPASSWD}${WORD}${GAP}`,
  String.raw`vault${GAP}login(?:${GAP}-[^\s;&|<>\uFFFF]{1,64}){0,4}${GAP}(?![\w-]{1,64}=)`,
];

const BETWEEN: Readonly<Record<Form, string>> = {
  value: '[ \\t=]{1,2}',
  short: '[ \\t=]{0,2}',
  attached: '',
  user: '[ \\t=]{0,2}',
  cookie: '[ \\t=]{0,2}',
};

const START = String.raw`(?<![\w-])`;
/** A `&` before a letter is more often that of an address than that of a shell. */
const REST = String.raw`(?:[^|;&\n\uFFFF]|&(?=\w)){0,256}?`;
const OPENING = String.raw`(?<quote>\\{0,3}['"])?`;

const OPTION_PATTERNS = OPTIONS.map(({ program, option, form }) => {
  const user = form === 'user' ? String.raw`[^\s:'"\uFFFF]{1,128}:` : '';
  const source = `${START}${program}(?![\\w-])${REST}[ \\t](?:${option})${BETWEEN[form]}${OPENING}${user}`;
  return { pattern: new RegExp(String.raw`${source}(?=[^\s\uFFFF])`, 'g'), form };
});
const PLACE_PATTERNS = PLACES.map((place) => new RegExp(String.raw`${START}${place}${OPENING}(?=[^\s\uFFFF-])`, 'g'));

/** In the text of a shell. */
export function programSecrets(text: string): (readonly Range[])[] {
  const options = OPTION_PATTERNS.flatMap(({ pattern, form }) =>
    [...text.matchAll(pattern)].map((match) => {
      const from = match.index + match[0].length;
      return form === 'cookie' ? cookieValues(text, from) : valueFrom(text, from, match);
    }),
  );
  const places = PLACE_PATTERNS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => valueFrom(text, match.index + match[0].length, match)),
  );
  return [...options, ...places];
}

function valueFrom(text: string, from: number, match: RegExpExecArray): readonly Range[] {
  return readValue(text, from, openQuote(match.groups?.['quote'])).parts;
}

function openQuote(text: string | undefined): Quote {
  if (text === undefined) return '';
  return text.length > 1 ? '\\' : text === "'" ? "'" : '"';
}

const OPTION_RULES = OPTIONS.map(({ program, option, form }) => ({
  form,
  program: new RegExp(`^(?:${program})(?![\\w-])`),
  before: new RegExp(`^(?:${option})$`),
  behind: new RegExp(`^(?:${option})${form === 'value' ? '=' : '=?'}`),
}));
/** One look instead of one for each rule: nearly every word begins no such program. */
const ANY_PROGRAM = new RegExp(OPTION_RULES.map(({ program }) => program.source).join('|'));
/** The programs of those. */
const PLACED = /^(?:htpasswd|vault)$/;
const PLACE_RULES = PLACES.map((place) => new RegExp(`^${place}$`));
/** `sudo -u x env A=b curl …`: where a program may stand. */
const MAX_WRAPPERS = 8;
/** A program, its subcommands and options before a secret that is known by its place. */
const MAX_PLACE = 16;

/** The ranges of secrets in each argument, by its number. */
export function argumentSecrets(argv: readonly string[]): ReadonlyMap<number, readonly Range[]> {
  const found = new Map<number, readonly Range[]>();
  for (let at = 0; at < Math.min(argv.length, MAX_WRAPPERS); at += 1) {
    const words = [baseName(argv[at] ?? ''), ...argv.slice(at + 1, at + MAX_PLACE)];
    const command = words.slice(0, 4).join(' ');
    const rules = ANY_PROGRAM.test(command) ? OPTION_RULES.filter(({ program }) => program.test(command)) : [];
    if (rules.length > 0) optionSecrets(argv, at, rules, found);
    if (!PLACED.test(words[0] ?? '')) continue;
    const place = words.findIndex((_, index) => PLACE_RULES.some((rule) => rule.test(`${words.slice(0, index).join(' ')} `)));
    const value = words[place];
    if (value !== undefined && !/^-|^[\w-]{1,64}=/.test(value)) found.set(at + place, [{ start: 0, end: value.length }]);
  }
  return found;
} // prettier-ignore

function optionSecrets(
  argv: readonly string[],
  from: number,
  rules: typeof OPTION_RULES,
  found: Map<number, readonly Range[]>,
): void {
  for (let at = from + 1; at < argv.length; at += 1) {
    for (const rule of rules) {
      const parts = rangesOf(rule, argv[at] ?? '', argv[at - 1] ?? '');
      if (parts.length > 0) found.set(at, parts);
    }
  }
}

function rangesOf({ form, before, behind }: (typeof OPTION_RULES)[number], word: string, last: string): readonly Range[] {
  const start = form !== 'attached' && before.test(last) ? 0 : behind.exec(word)?.[0].length;
  if (start === undefined || start >= word.length) return [];
  if (form === 'cookie') return word.slice(start).includes('=') ? cookieValues(word, start, true) : [];
  const colon = form === 'user' ? word.indexOf(':', start) : start - 1;
  return form === 'user' && (colon < 0 || colon === word.length - 1) ? [] : [{ start: colon + 1, end: word.length }];
} // prettier-ignore

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

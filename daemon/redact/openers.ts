/** Secrets that are known by what stands before them: names, options and headers. */
import { isSecretName, isWellKnownPath } from './names.ts';
import { couldRun } from './placeholder.ts';
import { readValue, type Quote, type Range } from './values.ts';

type Found = { readonly kind: string; readonly parts: readonly Range[] };

/** A name as in `NAME=…`, `name: …`, `"name" => …` or `--name …`. Not `${NAME:-…}`, which only refers to it. */
const NAMED =
  /(?<![\w.$-]|\$\{)(?<name>[\w.-]{2,128})(?<close>\\{0,3}['"]?\]?)(?<sep>(?<before>[ \t]{0,2})(?<sign>=>|:=|=(?![=~])|:(?!:|\/\/))(?<after>[ \t]{0,2})|[ \t]{1,2})/g;
const AUTHORIZATION =
  /(?<![\w.$])(?:proxy-)?authorization\\{0,3}['"]?[ \t]{0,2}[:=][ \t]{0,2}(?:\\{0,3}['"])?(?:(?:bearer|basic|token|digest|apikey|key)[ \t]{1,4})?/gi;

/** Options that mean a password for some programs only. `user`: `NAME:PASSWORD`. */
type ProgramOption = {
  readonly program: string;
  readonly option: string;
  readonly form: 'user' | 'attached' | 'value';
};
const PROGRAM_OPTIONS: readonly ProgramOption[] = [
  { program: 'curl', option: '-u|--user|-U|--proxy-user', form: 'user' },
  { program: '(?:mysql|mariadb)[a-z-]{0,16}', option: '-p', form: 'attached' },
  { program: '(?:docker|podman|nerdctl|helm|az)[ \\t]{1,4}(?:[a-z]{2,16}[ \\t]{1,4})?login', option: '-p', form: 'value' },
  { program: 'sshpass', option: '-p', form: 'value' },
  { program: 'redis-cli', option: '-a', form: 'value' },
  { program: 'mongo[a-z]{0,12}', option: '-p', form: 'value' },
  { program: 'sqlcmd', option: '-P', form: 'value' },
]; // prettier-ignore

const COMMANDS = PROGRAM_OPTIONS.map(({ program, option, form }) => {
  const between = form === 'attached' ? '' : form === 'user' ? '[ \\t=]{0,2}' : '[ \\t=]{1,2}';
  const quote = String.raw`(?<quote>\\{0,3}['"])?`;
  const user = form === 'user' ? String.raw`[^\s:'"\uFFFF]{1,128}:` : '';
  return new RegExp(
    String.raw`(?<![\w-])${program}(?![\w-])[^|;&\n\uFFFF]{0,256}?[ \t](?:${option})${between}${quote}${user}(?=[^\s\uFFFF])`,
    'g',
  );
});

export function findOpened(text: string): Found[] {
  const named = namedValues(text);
  const headers = [...text.matchAll(AUTHORIZATION)].flatMap((match) => {
    const value = readValue(text, match.index + match[0].length, '');
    return isProse(text.slice(match.index + match[0].length, value.end)) ? [] : [{ kind: 'authorization', parts: value.parts }];
  }); // prettier-ignore
  const options = COMMANDS.flatMap((pattern) =>
    [...text.matchAll(pattern)].map((match) => {
      const value = readValue(text, match.index + match[0].length, openQuote(match.groups?.['quote']));
      return { kind: 'password', parts: value.parts };
    }),
  );
  return [...named, ...headers, ...options];
}

function openQuote(text: string | undefined): Quote {
  if (text === undefined) return '';
  return text.length > 1 ? '\\' : text === "'" ? "'" : '"';
}

/** What stands in a value that is hidden needs no second look; a chain of names stays linear. */
function namedValues(text: string): Found[] {
  let hidden = 0;
  return [...text.matchAll(NAMED)].flatMap((match) => {
    if (match.index + match[0].length < hidden) return [];
    const found = namedValue(text, match);
    const parts = found.flatMap((each) => each.parts);
    if (parts.every(({ start, end }) => !couldRun(text.slice(start, end)))) hidden = parts[0]?.end ?? hidden;
    return found;
  });
}

function namedValue(text: string, match: RegExpExecArray): Found[] {
  const { name = '', close = '', sign, before = '', after = '' } = match.groups ?? {};
  const option = name.startsWith('-');
  if (!isSecretName(name) || (sign === undefined && !(option && close === ''))) return [];
  // `NAME= command` sets it to nothing for a command.
  if (sign === '=' && before === '' && after !== '') return [];
  const from = match.index + match[0].length;
  const value = readValue(text, from);
  const written = text.slice(from, value.end);
  if (value.quote === '' && isNoValue(text, match, written, value.end)) return [];
  if (isWellKnownPath(written.replaceAll(/^\\*['"]/g, ''))) return [];
  if (/(?<!\w)alias[ \t]+$/.test(text.slice(Math.max(0, match.index - 10), match.index))) return [];
  return [{ kind: option ? 'password' : 'assignment', parts: value.parts }];
}

/** Words that only say what kind of value there is, or that there is none. */
const NO_VALUE =
  /^(?:null|none|nil|undefined|true|false|string|str|number|int|boolean|bool|any|unknown|optional|required|bytes|text|varchar)$/i;
/** `--password -h db`: an option that asks, and the next option. */
const OPTION = /^--?[A-Za-z][A-Za-z-]*(?:=.*)?$|^-[A-Za-z]?\d{0,5}$/s;

export function looksLikeOption(word: string): boolean {
  return OPTION.test(word);
}

function isNoValue(text: string, match: RegExpExecArray, written: string, end: number): boolean {
  const { name = '', sign, after = '' } = match.groups ?? {};
  const word = written.replace(/[,.:\]}]+$/, '');
  if (NO_VALUE.test(word)) return true;
  if (sign === undefined) return looksLikeOption(written);
  if (/^pwd$/i.test(name) && /^[/~.]/.test(written)) return true;
  // `token = next(…)` is code.
  if (/^[A-Za-z_][\w.]*$/.test(written) && text.charAt(end) === '(') return true;
  const spaced = after !== '' || sign !== '=';
  // So is `token = settings[…]` and `Token = { … }`; `!vault` is a tag.
  if (spaced && /^(?:[A-Za-z_][\w.]*\[|[{[]|![A-Za-z])/.test(written)) return true;
  return spaced && isProse(word) && (!isKey(text, match.index) || /^[ \t]+[A-Za-z]/.test(text.slice(end, end + 8)));
}

function isProse(text: string): boolean {
  return /^[A-Za-z]*[.,;:!?]*$/.test(text);
}

/** At the start of a line or entry, as in YAML and JSON; not in the middle of a sentence. */
function isKey(text: string, index: number): boolean {
  return /(?:^|[\n{[,'"(&?])[ \t]{0,16}(?:- )?$/.test(text.slice(Math.max(0, index - 20), index));
}

/** Where in an argument a password begins, by program and the argument before; `undefined` when there is none. */
export function programPassword(argv: readonly string[], at: number): number | undefined {
  const word = argv[at] ?? '';
  const before = argv[at - 1] ?? '';
  for (const { program, option, form } of PROGRAM_OPTIONS) {
    if (!new RegExp(`^(?:${program})$`).test(commandName(argv, program))) continue;
    if (form === 'attached') {
      if (word.startsWith(option) && word.length > option.length) return option.length;
    } else if (option.split('|').includes(before)) {
      if (form === 'value') return 0;
      const colon = word.indexOf(':');
      return colon < 0 || colon === word.length - 1 ? undefined : colon + 1;
    }
  }
  return undefined;
}

/** `docker` or, when a subcommand counts, `docker login`. */
function commandName(argv: readonly string[], program: string): string {
  const name = (argv[0] ?? '').slice((argv[0] ?? '').lastIndexOf('/') + 1);
  if (!program.endsWith('login')) return name;
  const verb = argv.slice(1, 3).filter((word) => /^[a-z]+$/.test(word));
  return verb.includes('login') ? `${name} login` : name;
}

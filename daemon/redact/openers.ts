/** Secrets that are known by what stands before them: names, options and headers. */
import { cookieHeaders } from './cookies.ts';
import { isSecretName, isWellKnownPath } from './names.ts';
import { looksLikeOption } from './options.ts';
import { couldRun } from './placeholder.ts';
import { programSecrets } from './programs.ts';
import { statementSecrets } from './statements.ts';
import { readValue, type Range } from './values.ts';

type Found = { readonly kind: string; readonly parts: readonly Range[] };

/** A name as in `NAME=…`, `name: …`, `"name" => …` or `--name …`. Not `${NAME:-…}`, which only refers to it. */
const NAMED =
  /(?<![\w.$-]|\$\{)(?<name>[\w.-]{2,128})(?<close>\\{0,3}['"]?\]?)(?<sep>(?<before>[ \t]{0,2})(?<sign>=>|:=|=(?![=~])|:(?!:|\/\/))(?<after>[ \t]{0,2})|[ \t]{1,2})/g;
const AUTHORIZATION =
  /(?<![\w.$])(?:proxy-)?authorization\\{0,3}['"]?[ \t]{0,2}[:=][ \t]{0,2}(?:\\{0,3}['"])?(?:(?:bearer|basic|token|digest|apikey|key)[ \t]{1,4})?/gi;

export function findOpened(text: string): Found[] {
  const named = namedValues(text);
  const headers = [...text.matchAll(AUTHORIZATION)].flatMap((match) => {
    const value = readValue(text, match.index + match[0].length, '');
    return isProse(text.slice(match.index + match[0].length, value.end)) ? [] : [{ kind: 'authorization', parts: value.parts }];
  }); // prettier-ignore
  const options = [...programSecrets(text), ...statementSecrets(text)].map((parts) => ({ kind: 'password', parts }));
  const cookies = cookieHeaders(text).map((parts) => ({ kind: 'cookie', parts }));
  return [...named, ...headers, ...options, ...cookies];
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

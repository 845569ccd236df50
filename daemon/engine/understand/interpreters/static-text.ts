/** Works out expressions of program text that say what they are: pieces of paths, joined strings, names bound once. */
import { resolvePath } from '../paths.ts';
import type { Place } from '../run.ts';
import { splitArguments, stringLiteral } from './literals.ts';

/** The text of an expression, or `undefined` when only running the program would tell. */
export type ReadText = (expression: string) => string | undefined;

/** Stands for a home folder nobody told. */
export const UNKNOWN_HOME = '$HOME';

/** Names whose values are known, and how far values of values are followed. */
const MAX_NAMES = 64;
const MAX_DEPTH = 8;
const MAX_EXPRESSION_CHARS = 1_024;

export function createTextReader(source: string, place: Place): ReadText {
  const names = boundOnce(source);
  const read = (text: string, depth: number): string | undefined => {
    const expression = text.trim();
    if (expression === '' || expression.length > MAX_EXPRESSION_CHARS || depth > MAX_DEPTH) return undefined;
    const inner = (part: string): string | undefined => read(part, depth + 1);
    const bound = /^[$@]?\w+$/.test(expression) ? names.get(expression.replace(/^[$@]/, '')) : undefined;
    return (
      stringLiteral(expression) ??
      (bound === undefined ? undefined : inner(bound)) ??
      joined(expression, inner) ??
      interpolated(expression, inner) ??
      folder(expression, place) ??
      called(expression, inner, place)
    );
  };
  return (expression) => read(expression, 0);
}

const BINDING = /(?:^|[;\n{])[ \t]*(?:(?:const|let|var|my|our|local)\s+)?[$@]?(\w{1,64})(?:\s*:\s*\w+)?\s*=(?![=~>])([^;\n]{1,400})/g; // prettier-ignore

/** A name that is bound twice may mean either. */
function boundOnce(source: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const twice = new Set<string>();
  for (const match of source.matchAll(BINDING)) {
    const [, name = '', value = ''] = match;
    if (names.has(name)) twice.add(name);
    if (names.size >= MAX_NAMES) break;
    names.set(name, value);
  }
  for (const name of twice) names.delete(name);
  return names;
}

/** `a + b`, `Path(a) / b`, and brackets around the whole. */
function joined(text: string, read: ReadText): string | undefined {
  if (text.startsWith('(') && text.endsWith(')')) {
    const [only, ...others] = splitArguments(text, 1, true);
    if (only !== undefined && others.length === 0 && only.length === text.length - 2) return read(only);
  }
  const sum = splitArguments(text, 0, true, '+');
  if (sum.length > 1) return concatenated(sum.map(read), '');
  const path = splitArguments(text, 0, true, '/');
  return path.length > 1 ? concatenated(path.map(read), '/') : undefined;
}

function concatenated(parts: readonly (string | undefined)[], between: string): string | undefined {
  let text: string | undefined;
  for (const part of parts) {
    if (part === undefined) return undefined;
    // An absolute part of a path begins it anew.
    text = text === undefined || (between === '/' && part.startsWith('/')) ? part : `${text}${between}${part}`;
  }
  return text;
}

/** `f"{home}/x"` and `` `${home}/x` ``. */
function interpolated(text: string, read: ReadText): string | undefined {
  const match = /^(?:[fF][rR]?|[rR][fF])?(["'`])([^\\]*)\1$/s.exec(text);
  const [, quote, body] = match ?? [];
  if (quote === undefined || body === undefined || body.includes(quote)) return undefined;
  if (quote !== '`' && !/^[fFrR]/.test(text)) return undefined;
  const pattern = quote === '`' ? /\$\{([^{}]*)\}/ : /\{([^{}]*)\}/;
  const parts = body.split(new RegExp(pattern, 'g'));
  return concatenated(
    parts.map((part, index) => (index % 2 === 1 ? read(part) : part)),
    '',
  );
}

const HOME = /^(?:(?:pathlib\.)?Path\.home\(\)|(?:require\(["'](?:node:)?os["']\)|os)?\.?homedir\(\)|Dir\.home|(?:os\.environ|ENV|process\.env)\[["']HOME["']\]|(?:os\.environ\.get|os\.getenv|getenv|ENV\.fetch)\(["']HOME["']\)|process\.env\.HOME|\$ENV\{["']?HOME["']?\}|Deno\.env\.get\(["']HOME["']\))$/; // prettier-ignore
const HERE =
  /^(?:os\.getcwd\(\)|(?:pathlib\.)?Path\.cwd\(\)|process\.cwd\(\)|Dir\.pwd|Dir\.getwd|getcwd\(\)|Deno\.cwd\(\))$/;

/** A home that is not known goes by its variable. */
function homeOf({ env }: Place): string {
  return env['HOME'] ?? UNKNOWN_HOME;
}

function folder(text: string, place: Place): string | undefined {
  if (HOME.test(text)) return homeOf(place);
  return HERE.test(text) ? resolvePath(place.cwd, '.') : undefined;
}

const CALL = /^(?:[\w.]+\.)?(\w+)\(([^]*)\)((?:\.(?:expanduser|absolute|resolve|as_posix|toString)\(\))*)$/;
const JOINS = new Set(['join', 'Path', 'PosixPath', 'joinpath']);
const KEEPS = new Set(['str', 'String', 'abspath', 'realpath', 'normpath', 'fspath', 'normalize', 'resolve', 'quote', 'File']); // prettier-ignore
const EXPANDS = new Set(['expanduser', 'expand_path']);

/** Functions that put paths together. */
function called(text: string, read: ReadText, place: Place): string | undefined {
  const [, name = '', inside = '', after = ''] = CALL.exec(text) ?? [];
  if (!JOINS.has(name) && !KEEPS.has(name) && !EXPANDS.has(name)) return undefined;
  const parts = splitArguments(inside, 0, true);
  // `a.join(b)` of strings, and brackets that close before the end.
  if (parts.join('').length === 0 || /["'\]]\.join\(/.test(text)) return undefined;
  const value = concatenated(parts.map(read), '/');
  if (value === undefined || !(EXPANDS.has(name) || after.includes('expanduser'))) return value;
  return /^~(?=\/|$)/.test(value) ? homeOf(place) + value.slice(1) : value;
}

/** Takes secrets out of actions before they are judged, shown or stored. */
import type { Action } from '../../protocol/action.ts';
import { cookieValues } from './cookies.ts';
import { replaceSecrets } from './find.ts';
import { isSecretName, isWellKnownPath } from './names.ts';
import { looksLikeOption } from './options.ts';
import { activeKind, countPlaceholders, isPlaceholder, maskPlaceholders, placeholderUnder } from './placeholder.ts';
import { argumentSecrets } from './programs.ts';
import { TRIGGER } from './shapes.ts';
import { isSetting } from './statements.ts';
import type { Range } from './values.ts';

export type Redactor = {
  redactText(text: string): string;
  /** `secrets` counts the placeholders that were put in, once it is asked for. */
  redactAction(action: Action): { readonly action: Action; readonly secrets: number };
};

/** What is taken out can lay bare something next to it; text that goes on like that is hidden as a whole. */
const MAX_ROUNDS = 8;
/** Deeper arguments are hidden as a whole. */
const MAX_DEPTH = 64;

/** `$NAME` only refers to a secret. */
const REFERENCE = /^\$(?:\w+|\{\w+\})$/;
/** Names of headers and variables. */
const COOKIE = /^(?:set-)?cookies?$/i;

export function createRedactor(key: Buffer): Redactor {
  const placeholder = placeholderUnder(key);

  const redactText = (text: string): string => {
    if (!TRIGGER.test(text)) return text;
    let current = text;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const next = replaceSecrets(current, maskPlaceholders(current), placeholder);
      if (next === current) return current;
      current = next;
    }
    return placeholder('text-active', text);
  };

  const whole = (kind: string, text: string): string =>
    text === '' || isPlaceholder(text) || REFERENCE.test(text) || isWellKnownPath(text)
      ? text
      : placeholder(kind, text);

  const redactRanges = (kind: string, text: string, ranges: readonly Range[]): string => {
    let done = 0;
    let result = '';
    for (const { start, end } of ranges) {
      result += text.slice(done, start) + whole(kind, text.slice(start, end));
      done = end;
    }
    return result + text.slice(done);
  };

  const redactArguments = (argv: readonly string[]): string[] => {
    const secrets = argumentSecrets(argv);
    return argv.map((_, at) => redactArgument(argv, at, secrets.get(at)));
  };

  const redactArgument = (argv: readonly string[], at: number, secrets: readonly Range[] | undefined): string => {
    const word = argv[at] ?? '';
    if (at === 0) return redactText(word);
    const before = argv[at - 1] ?? '';
    if (at > 1 && before.startsWith('-') && isSecretName(before) && !looksLikeOption(word)) {
      return whole(word.startsWith('-') ? 'password-active' : 'password', word);
    }
    const assigned = assignedSecret(word, before);
    if (assigned !== undefined) return word.slice(0, assigned) + whole(kindOf(word, assigned), word.slice(assigned));
    if (at > 1 && isSetting(argv, at)) return whole('password', word);
    return secrets === undefined ? redactText(word) : redactRanges('password', word, secrets);
  };

  const redactValue = (value: unknown, name = '', depth = 0): unknown => {
    if (depth > MAX_DEPTH) return placeholder('nested-active', JSON.stringify(value));
    if (typeof value === 'string' && COOKIE.test(name)) return redactText(redactRanges('cookie', value, cookieValues(value, 0, true)));
    if (typeof value === 'string') return isSecretName(name) && !isFolder(name, value) ? whole('value', value) : redactText(value);
    if (typeof value === 'number') return redactNumber(value, name);
    if (Array.isArray(value)) return value.map((item) => redactValue(item, name, depth + 1));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, key, depth + 1)]));
  }; // prettier-ignore

  const redactNumber = (value: number, name: string): unknown => {
    const text = String(value);
    const redacted = isSecretName(name) ? whole('value', text) : redactText(text);
    return redacted === text ? value : redacted;
  };

  return {
    redactText,
    redactAction(action) {
      const redacted = redactFields(action, { text: redactText, words: redactArguments, deep: redactValue });
      return {
        action: redacted,
        get secrets() {
          return countPlaceholders(JSON.stringify(redacted));
        },
      };
    },
  };
}

/** Where the value of `--password=…` or `PASSWORD=…` begins in an argument of its own. Source of a shell is read as text. */
function assignedSecret(word: string, before: string): number | undefined {
  if (/^-\w*c$|^--command$/.test(before)) return undefined;
  const equals = word.indexOf('=');
  return equals > 0 && /^[\w.-]+$/.test(word.slice(0, equals)) && isSecretName(word.slice(0, equals)) && !isFolder(word.slice(0, equals), word.slice(equals + 1)) ? equals + 1 : undefined;
} // prettier-ignore

function kindOf(word: string, from: number): string {
  return activeKind(word.startsWith('-') ? 'password' : 'assignment', word.slice(from));
}

/** `pwd` is also what a working directory is called. */
function isFolder(name: string, value: string): boolean {
  return /^pwd$/i.test(name) && /^[/~.]/.test(value);
}

type Parts = {
  readonly text: (text: string) => string;
  readonly words: (argv: readonly string[]) => string[];
  readonly deep: (value: unknown) => unknown;
};

/** INVARIANT: the shape stays that of the action: strings are replaced by strings, and names of keys stay. */
function redactFields(action: Action, { text, words, deep }: Parts): Action {
  const shared = {
    env: deep(action.env) as Action['env'],
    cwd: text(action.cwd),
    ...(action.context === undefined ? {} : { context: deep(action.context) as typeof action.context }),
  };
  switch (action.kind) {
    case 'exec':
      return {
        ...action,
        ...shared,
        argv: words(action.argv),
        ...(action.executable === undefined ? {} : { executable: text(action.executable) }),
      };
    case 'tool':
      return { ...action, ...shared, tool: text(action.tool), args: deep(action.args) as typeof action.args };
    case 'mcp':
      return {
        ...action,
        ...shared,
        server: text(action.server),
        tool: text(action.tool),
        args: deep(action.args) as typeof action.args,
      };
    case 'sql':
      return {
        ...action,
        ...shared,
        source: text(action.source),
        ...(action.host === undefined ? {} : { host: text(action.host) }),
        ...(action.database === undefined ? {} : { database: text(action.database) }),
      };
    case 'http':
      return { ...action, ...shared, url: text(action.url) };
  }
}

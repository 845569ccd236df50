/** Takes secrets out of actions before they are judged, shown or stored. */
import { createHmac } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import { DETECTORS, SECRET_NAME, TRIGGER, type Detector } from './detectors.ts';

export type Redactor = {
  redactText(text: string): string;
  /** `secrets` counts the placeholders that were put in. */
  redactAction(action: Action): { action: Action; secrets: number };
};

const PLACEHOLDER = /(⟦secret:[a-z-]{1,32}:[0-9a-f]{16}⟧)/;
/** What is taken out can lay bare something next to it; more rounds than that is no honest text. */
const MAX_ROUNDS = 4;

/** INVARIANT: equal secrets have equal placeholders under one key, so that digests and grants stay exact. */
export function createRedactor(key: Buffer): Redactor {
  const placeholder = (kind: string, secret: string): string =>
    `⟦secret:${kind}:${createHmac('sha256', key).update(secret).digest('hex').slice(0, 16)}⟧`;

  const redactText = (text: string): string => {
    if (!TRIGGER.test(text)) return text;
    let current = text;
    for (let round = 0; round < MAX_ROUNDS; round += 1) {
      const next = DETECTORS.reduce((rest, detector) => applyDetector(rest, detector, placeholder), current);
      if (next === current) break;
      current = next;
    }
    return current;
  };
  const whole = (kind: string, text: string): string =>
    text === '' || PLACEHOLDER.test(text) || /[$`]|^[/~.-]/.test(text) ? redactText(text) : placeholder(kind, text);

  const redactValue = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string') return SECRET_NAME.test(name) ? whole('value', value) : redactText(value);
    if (Array.isArray(value)) return value.map((item) => redactValue(item, name));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactValue(item, key)]));
  };

  const redactArgv = (argv: readonly string[]): string[] => {
    const program = programName(argv[0] ?? '');
    return argv.map((word, at) => {
      const before = argv[at - 1] ?? '';
      if (at > 1 && /^--?[a-z]/i.test(before) && SECRET_NAME.test(before)) return whole('password', word);
      return programSecret(program, before, word, placeholder) ?? redactText(word);
    });
  };

  return {
    redactText,
    redactAction(action) {
      const redacted = redactFields(action, redactArgv, redactText, redactValue);
      return { action: redacted, secrets: redacted === action ? 0 : countPlaceholders(redacted) };
    },
  };
}

type Fields = (value: unknown, name?: string) => unknown;

function redactFields(
  action: Action,
  argvOf: (argv: readonly string[]) => string[],
  text: (text: string) => string,
  deep: Fields,
): Action {
  // The shape stays that of the action: only strings are replaced by strings.
  const env = deep(action.env) as Record<string, string>;
  const context = action.context === undefined ? {} : { context: deep(action.context) as typeof action.context };
  const shared = { env, ...context };
  switch (action.kind) {
    case 'exec':
      return { ...action, ...shared, argv: argvOf(action.argv) };
    case 'tool':
    case 'mcp':
      return { ...action, ...shared, args: deep(action.args) as typeof action.args };
    case 'sql':
      return { ...action, ...shared, source: text(action.source) };
    case 'http':
      return { ...action, ...shared, url: text(action.url) };
  }
}

function applyDetector(
  text: string,
  { kind, pattern, accepts }: Detector,
  placeholder: (kind: string, secret: string) => string,
): string {
  const replace = (part: string): string =>
    part.replace(pattern, (match: string, ...rest: unknown[]) => {
      const groups = rest.at(-1);
      const secret = typeof groups === 'object' && groups !== null ? firstGroup(groups) : match;
      if (secret === undefined || accepts?.(secret) === false) return match;
      // The secret is the last thing in a match but for a closing quote.
      const at = match.lastIndexOf(secret);
      return match.slice(0, at) + placeholder(kind, secret) + match.slice(at + secret.length);
    });
  // Placeholders are never looked into: redacting twice changes nothing.
  return text
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 1 ? part : replace(part)))
    .join('');
}

function firstGroup(groups: object): string | undefined {
  return Object.values(groups).find((group): group is string => typeof group === 'string');
}

/** Options whose meaning depends on the program: `curl -u user:pass`, `mysql -pSECRET`. */
function programSecret(
  program: string,
  before: string,
  word: string,
  placeholder: (kind: string, secret: string) => string,
): string | undefined {
  if (PLACEHOLDER.test(word)) return undefined;
  if (program === 'curl' && (before === '-u' || before === '--user')) {
    const colon = word.indexOf(':');
    return colon < 0 || colon === word.length - 1
      ? undefined
      : `${word.slice(0, colon + 1)}${placeholder('password', word.slice(colon + 1))}`;
  }
  if (/^(?:mysql|mariadb)/.test(program) && /^-p./.test(word)) return `-p${placeholder('password', word.slice(2))}`;
  return undefined;
}

function programName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function countPlaceholders(action: Action): number {
  return JSON.stringify(action).split(PLACEHOLDER).length >> 1;
}

/** The parameters of one call of a cmdlet: `-Name value`, `-Name:value`, switches, and what stands alone. */
import type { Token } from './tokens.ts';

export type Parameters = {
  /** The values of the first of these parameters that was given, also shortened (`-Rec` for `-Recurse`). */
  values(...names: readonly string[]): readonly Token[];
  has(...names: readonly string[]): boolean;
  readonly positional: readonly Token[];
};

/** Parameters that take nothing. */
const SWITCHES = ['recurse', 'force', 'confirm', 'whatif', 'verbose', 'debug', 'append', 'nonewline', 'noclobber', 'passthru', 'asjob', 'wait', 'nonewwindow', 'usebasicparsing', 'skipcertificatecheck', 'resume', 'file', 'directory', 'hidden', 'system', 'raw', 'asplaintext', 'asbytestream', 'container', 'nowait', 'simulate', 'all', 'full', 'disabled', 'permanent', 'removedata', 'removeoem', 'quick', 'compress', 'leaf', 'quiet', 'followsymlink', 'overwrite', 'allowclobber', 'skippublishercheck', 'online', 'local', 'shutdown']; // prettier-ignore

function isSwitch(name: string): boolean {
  return name !== '' && SWITCHES.some((one) => one.startsWith(name)) && !['path', 'p', 'd', 'f', 'a', 'c', 's', 'l', 'o', 'n'].includes(name); // prettier-ignore
}

export function parameters(tokens: readonly Token[]): Parameters {
  const given: (readonly [string, Token | undefined])[] = [];
  const positional: Token[] = [];
  let open: string | undefined;
  for (const token of tokens) {
    const name = token.quoted ? undefined : /^-([A-Za-z]\w*)(?::(.*))?$/s.exec(token.text);
    if (name === null || name === undefined) {
      if (open === undefined) positional.push(token);
      else given.push([open, token]);
      open = open !== undefined && LISTS.has(open) ? open : undefined;
      continue;
    }
    const key = (name[1] ?? '').toLowerCase();
    open = name[2] !== undefined || isSwitch(key) ? undefined : key;
    given.push([key, name[2] === undefined || name[2] === '' ? undefined : { ...token, text: name[2] }]);
  }
  const matches = (names: readonly string[]) => given.filter(([key]) => names.some((name) => name.startsWith(key)));
  return {
    values: (...names) => matches(names).flatMap(([, token]) => (token === undefined ? [] : [token])),
    has: (...names) => matches(names).some(([, token]) => !/^\$?false$/i.test(token?.text ?? '')),
    positional,
  };
}

/** Their values are lists, whose commas are gone. */
const LISTS = new Set([
  'path',
  'literalpath',
  'argumentlist',
  'name',
  'include',
  'exclude',
  'to',
  'computername',
  'id',
]);

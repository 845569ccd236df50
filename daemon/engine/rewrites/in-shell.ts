/** Safer forms of a command that is handed to a shell as text: `bash -c 'git push --force'`. */
import type { Action } from '../../../protocol/action.ts';
import type { Operation } from '../../../protocol/effect.ts';

const SHELLS: ReadonlySet<string> = new Set(['bash', 'sh', 'zsh', 'dash']);

/** The text, when the action is nothing but a shell that is given it and the text nothing but this one command. */
export function onlyCommandOf(action: Action, { argv, via, dynamic }: Operation): string | undefined {
  if (action.kind !== 'exec' || action.argv.length !== 3 || via.length !== 1 || dynamic) return undefined;
  const [shell = '', option, text = ''] = action.argv;
  if (!SHELLS.has(shell) || option !== '-c' || via[0] !== shell) return undefined;
  const words = plainWords(text);
  return words?.length === argv.length && words.every((word, at) => word === argv[at]) ? text : undefined;
}

/** The action with another command in the place of its only one; itself when that is no other. */
export function inShell({ argv }: Extract<Action, { kind: 'exec' }>, before: Operation, rewrite: readonly string[]): readonly string[] {
  const isSame = rewrite.length === before.argv.length && rewrite.every((word, at) => word === before.argv[at]);
  return isSame ? argv : [...argv.slice(0, 2), rewrite.map(quoted).join(' ')];
} // prettier-ignore

/** INVARIANT: anything that a shell would act on, but for plain quotes, and nobody says what the words are. */
function plainWords(text: string): readonly string[] | undefined {
  const words: string[] = [];
  const part = /(?<blank>[ \t]+)|'(?<single>[^'\n]*)'|"(?<double>[^"$`\\\n!]*)"|(?<bare>[\w@%+=:,./^-]+)/y;
  let open = false;
  for (let at = 0; at < text.length; at = part.lastIndex) {
    part.lastIndex = at;
    const found = part.exec(text)?.groups;
    if (found === undefined) return undefined;
    const piece = found['single'] ?? found['double'] ?? found['bare'];
    if (piece === undefined) open = false;
    else if (open) words[words.length - 1] += piece;
    else words.push(piece);
    open = piece !== undefined;
  }
  const [first = ''] = words;
  // `A=1 git push` is a setting and a command.
  return words.length === 0 || first.includes('=') ? undefined : words;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

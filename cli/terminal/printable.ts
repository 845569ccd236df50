/** Command lines and longer texts from agents, made safe to show. */
import { printable } from '../../protocol/printable.ts';
import { shortened, type Shown } from './long-command.ts';

export { printable, printableJson, printableShort } from '../../protocol/printable.ts';

/** Lines of a text that may hold newlines, each printable. The caller prefixes them so that none can pose as ours. */
export function printableLines(text: string): string[] {
  return text.split('\n').map(printable);
}

const PLAIN_WORD = /^[\w@%+=:,./~^-]+$/u;

/** A word as a shell would need it written. */
export function quoteWord(word: string): string {
  if (PLAIN_WORD.test(word)) return word;
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line in one printable line, never cut. */
export function printableCommand(argv: readonly string[]): string {
  return printable(argv.map(quoteWord).join(' '));
}

/** A command line with its own line breaks kept, for a block with a gutter; of many paths in one folder only the first. */
export function printableCommandLines(argv: readonly string[]): string[] {
  return printableLines(shortened(argv).map(shownWord).join(' '));
}

/** Brackets need quotes in a shell, so that no word of a command can look like this. */
function shownWord(shown: Shown): string {
  if ('word' in shown) return quoteWord(shown.word);
  return `[and ${shown.leftOut} more below ${shown.folder === '' ? 'the working directory' : shown.folder}]`;
}

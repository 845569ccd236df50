/** Command lines and longer texts from agents, made safe to show. */
import { printable } from '../../protocol/printable.ts';

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

/** A command line with its own line breaks kept, for a block with a gutter. */
export function printableCommandLines(argv: readonly string[]): string[] {
  return printableLines(argv.map(quoteWord).join(' '));
}

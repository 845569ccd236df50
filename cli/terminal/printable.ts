/** Text from agents made safe to show: nothing invisible, nothing that moves the cursor or turns the line round. */

/**
 * Control, format (bidi overrides, zero-width, tags), surrogate, private-use, ignorable and blank characters other
 * than the space. A letter that renders as nothing can hide a word as well as an escape sequence can.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** One line: every such character as `\u{…}`. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

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

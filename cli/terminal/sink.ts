/** The last place before the terminal: only line breaks and our own colours are left of what is no text. */

const ESCAPE = '\u001b';
const OURS = new RegExp(`\n|${ESCAPE}\\[\\d+m`, 'g');
const CONTROL = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Whoever forgets to make a text printable prints something ugly here, and nothing that acts. */
export function sinkText(text: string): string {
  let done = 0;
  let result = '';
  for (const own of text.matchAll(OURS)) {
    result += escaped(text.slice(done, own.index)) + own[0];
    done = own.index + own[0].length;
  }
  return result + escaped(text.slice(done));
}

function escaped(text: string): string {
  return text.replace(CONTROL, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

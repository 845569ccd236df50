/** Reads the value that begins at a place of a text: where it ends, and which parts of it are written out. */

export type Range = { readonly start: number; readonly end: number };

const MAX_VALUE = 4096;

/** Literal text as each way of quoting has it. An apostrophe inside apostrophes is spelled `'\''`. */
const LITERAL = {
  "'": /(?:[^'\n\uFFFF]|'\\''|'"'"'){1,4096}/y,
  '"': /(?:[^"\\$`\n\uFFFF]|\\[^\n\uFFFF]|\$(?![\w{(#?!$@*-])){1,4096}/y,
  // Inside `\"…\"` the next escaped quote ends it.
  '\\': /(?:[^"'\\$`\n\uFFFF]|\\(?![\\"'])[^\n\uFFFF]|\$(?![\w{(#?!$@*-])){1,4096}/y,
  '': /(?:[^\s"'\\$`;&|<>()\uFFFF]|\\[^\n\uFFFF]|\$(?![\w{(#?!$@*'"-])){1,4096}/y,
} as const;
export type Quote = keyof typeof LITERAL;

/** Hiding one of these would hide a command from the engine; a reference is no secret. */
const EXPANSION =
  /\$(?:\d|[A-Za-z_]\w*|\{[^{}\n\uFFFF]{0,256}\}|\([^()\n\uFFFF]{0,256}\)|[#?!$@*-])|`[^`\n\uFFFF]{0,256}`/y;
const OPENING = /(\\{0,3})(['"])/y;

export type Value = { readonly parts: readonly Range[]; readonly quote: Quote; readonly end: number };

export function readValue(text: string, from: number, within?: Quote): Value {
  const opening = within === undefined ? at(OPENING, text, from) : null;
  const quote: Quote = within ?? (opening === null ? '' : opening[1] === '' ? quoteOf(opening[2]) : '\\');
  const parts: Range[] = [];
  let place = from + (opening?.[0].length ?? 0);
  const limit = Math.min(text.length, place + MAX_VALUE);
  while (place < limit) {
    const literal = at(LITERAL[quote], text, place);
    if (literal !== null) parts.push({ start: place, end: place + literal[0].length });
    const found = literal ?? (quote === "'" ? null : at(EXPANSION, text, place));
    if (found === null) break;
    place += found[0].length;
  }
  return { parts: quote === '' ? parts.flatMap((part) => withoutPunctuation(text, part)) : parts, quote, end: place };
}

function quoteOf(character: string | undefined): Quote {
  return character === "'" ? "'" : '"';
}

/** `{token: x}, …`: the end of a list is not part of a bare value. */
function withoutPunctuation(text: string, { start, end }: Range): Range[] {
  let last = end;
  while (last > start && ',.:]}'.includes(text.charAt(last - 1))) last -= 1;
  return last > start ? [{ start, end: last }] : [];
}

function at(pattern: RegExp, text: string, place: number): RegExpExecArray | null {
  pattern.lastIndex = place;
  return pattern.exec(text);
}

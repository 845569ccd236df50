/** Cookies: the names stay, the values go. */
import type { Range } from './values.ts';

/** In a text anything that a shell could act on ends a value. */
const IN_TEXT = /(?<open>[ \t]*(?<name>[^\s=;,'"`$\\\uFFFF]{1,128})=)(?<value>[^\s;'"`$\\&|<>()\uFFFF]{0,4096});?/y;
const IN_WORD = /(?<open>\s*(?<name>[^=;]{1,128})=)(?<value>[^;\uFFFF⟦⟧]{0,4096})(?:;|$)/y; // prettier-ignore
/** Of a `Set-Cookie` header. */
const ATTRIBUTE = /^(?:path|domain|expires|max-age|samesite|version)$/i;

const HEADER = /(?<![\w$])(?:set-)?cookie\\{0,3}['"]?[ \t]{0,2}[:=][ \t]{0,2}(?:\\{0,3}['"])?/gi;

export function cookieHeaders(text: string): (readonly Range[])[] {
  return [...text.matchAll(HEADER)].map((match) => cookieValues(text, match.index + match[0].length));
}

/** Of `NAME=VALUE; …` from a place on; `word` when the rest of the text is nothing else. */
export function cookieValues(text: string, from: number, word = false): readonly Range[] {
  const pattern = word ? IN_WORD : IN_TEXT;
  const values: Range[] = [];
  pattern.lastIndex = from;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const { open = '', name = '', value = '' } = match.groups ?? {};
    const start = match.index + open.length;
    if (value !== '' && !ATTRIBUTE.test(name)) values.push({ start, end: start + value.length });
  }
  return values;
}

/** Text from agents made safe to show: nothing invisible, nothing that moves or turns text, nothing that passes for other letters. */

/**
 * Control, format (bidi overrides, zero-width, tags), surrogate, private-use, ignorable and blank characters other
 * than the space. A letter that renders as nothing can hide a word as well as an escape sequence can.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}/gu;

/** Enclosing marks, marks on nothing, and those above a heap of four: they paint over their neighbours. */
const LOOSE_MARK = /(?<![\p{L}\p{N}\p{M}])\p{M}|\p{Me}|(?<=\p{M}{4})\p{M}/gu;

const PLAIN = /^[\x20-\x7e]*$/;

/**
 * One line: every character that does not show what it is as `\u{…}`. Letters of another script are shown so where they
 * could be taken for Latin ones: in a word with Latin letters, or as a whole word of look-alikes beside ASCII ones.
 */
export function printable(text: string): string {
  if (PLAIN.test(text)) return text;
  return text.replace(TOKEN, withoutLookAlikes).replace(LOOSE_MARK, named).replace(UNSEEN, named);
}

/** JSON on one line that reads the same and shows every such character by its number. */
export function printableJson(value: unknown): string {
  const text = JSON.stringify(value);
  return PLAIN.test(text) ? text : text.replace(LOOSE_MARK, numbered).replace(UNSEEN, numbered);
}

function numbered(character: string): string {
  const units = Array.from({ length: character.length }, (_, at) => character.charCodeAt(at));
  return units.map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`).join('');
}

function named(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

const TOKEN = /\S+/gu;
const WORD = /[\p{L}\p{M}\p{N}]+/gu;
const LATIN = /\p{Script=Latin}/u;
const ASCII_LETTER = /[A-Za-z]/;

/** Scripts with letters of Latin shape. */
const RELATED =
  /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}\p{Script=Deseret}\p{Script=Osage}]/gu;

/** Those that cannot be told from a Latin letter. */
const SAME_SHAPE = /^[асеорхуіјѕһԁԛԝӏѵкАВЕЅІЈКМНОРСТУХӀονρτυικχαΑΒΕΖΗΙΚΜΝΟΡΤΥΧ]+$/u;

/** Letters that are written in no language, and clicks and phonetic signs that look like `!`, `|`, `a` and `g`. */
const ORNATE = /[\u{1d400}-\u{1d7ff}\u01c0-\u01c3\u0251\u0261]/gu;

/** Fullwidth and other forms of ASCII, and marks that pass for `/`, `.`, `:`, `;`, `-` and the like. */
const FORMS = /[\uff01-\uff5e\u2100-\u214f\u2160-\u217f\u24b6-\u24e9\u037e\u0589\u05c3\u2010\u2011\u2024\u2041\u2044\u2212\u2215\u2216\u2223\u2236\u223c\u29f5\u29f8\u29f9\u3002\ua789\ufe52\ufe55\ufe58\ufe63\ufe68\uff61]/gu; // prettier-ignore

function withoutLookAlikes(token: string): string {
  if (PLAIN.test(token)) return token;
  const besideAscii = ASCII_LETTER.test(token);
  const words = token.replace(WORD, (word) => {
    const passes = LATIN.test(word) || (besideAscii && SAME_SHAPE.test(word));
    return passes ? word.replace(RELATED, named) : word;
  });
  return (besideAscii ? words.replace(FORMS, named) : words).replace(ORNATE, named);
}

/** More of one text than this is not read; the end is where the target of a command stands. */
const MAX_CHARS = 1_000;

/** `printable`, with the middle left out of what is too long, and how much that was. */
export function printableShort(text: string, maxChars = MAX_CHARS): string {
  if (text.length <= maxChars) return printable(text);
  const half = Math.floor(maxChars / 2);
  const left = text.length - 2 * half;
  return `${printable(text.slice(0, half))}[… ${left} characters …]${printable(text.slice(-half))}`;
}

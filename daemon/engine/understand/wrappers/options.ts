/** Reads the options in front of a wrapper's command, the way getopt does. */
import type { Word } from '../../types.ts';

/** Which options take a value; the rest are flags. */
export type OptionSpec = {
  /** Short letters that take a value. */
  readonly short?: string;
  /** Long names, without dashes, that take a value as the next word. */
  readonly long?: readonly string[];
  /** A lone `-` is an option too (`env - CMD`). */
  readonly bareDash?: boolean;
  /** Long names written with one dash (`find`, `java`, `terraform` style). */
  readonly singleDash?: boolean;
};

export type Options = {
  /** By letter or long name; flags have no value. */
  readonly given: ReadonlyMap<string, Word | undefined>;
  /** Where the first word that is no option is. */
  readonly next: number;
};

export function readOptions(words: readonly Word[], start: number, spec: OptionSpec): Options {
  const given = new Map<string, Word | undefined>();
  let index = start;
  while (index < words.length) {
    const word = words[index];
    if (word === undefined || !word.text.startsWith('-')) break;
    if (word.text === '-' && spec.bareDash === true) {
      index++;
      continue;
    }
    if (word.text === '-') break;
    if (word.text === '--') return { given, next: index + 1 };
    const long = word.text.startsWith('--') || spec.singleDash === true;
    index += long ? readLong(words, index, spec, given) : readShort(words, index, spec, given);
  }
  return { given, next: Math.min(index, words.length) };
}

/** Returns how many words were used. */
function readLong(
  words: readonly Word[],
  index: number,
  spec: OptionSpec,
  given: Map<string, Word | undefined>,
): number {
  const word = words[index];
  if (word === undefined) return 1;
  const body = word.text.replace(/^--?/, '');
  const equals = body.indexOf('=');
  if (equals >= 0) {
    given.set(body.slice(0, equals), { ...word, text: body.slice(equals + 1) });
    return 1;
  }
  const takesValue = spec.long?.includes(body) ?? false;
  given.set(body, takesValue ? words[index + 1] : undefined);
  return takesValue ? 2 : 1;
}

function readShort(
  words: readonly Word[],
  index: number,
  spec: OptionSpec,
  given: Map<string, Word | undefined>,
): number {
  const word = words[index];
  if (word === undefined) return 1;
  for (let at = 1; at < word.text.length; at++) {
    const letter = word.text[at] ?? '';
    if (!spec.short?.includes(letter)) {
      given.set(letter, undefined);
      continue;
    }
    const attached = word.text.slice(at + 1);
    given.set(letter, attached === '' ? words[index + 1] : { ...word, text: attached });
    return attached === '' ? 2 : 1;
  }
  return 1;
}

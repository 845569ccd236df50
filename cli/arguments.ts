/** Turns the words of a command line into a command's input. */
import { parseArgs } from 'node:util';

import { UsageError, type Command, type Input, type OptionSpec } from './command.ts';

/** Options every command takes. */
export const COMMON_OPTIONS = {
  json: { type: 'boolean', help: 'print JSON' },
  help: { type: 'boolean', short: 'h', help: 'show this help' },
} as const satisfies Record<string, OptionSpec>;

export function parseInput(command: Command, words: readonly string[]): Input {
  const options: Record<string, OptionSpec> = { ...COMMON_OPTIONS, ...command.options };
  const { before, rest } = split(command, options, words);
  const { values, positionals } = parse(options, before);
  checkCount(command, positionals, values['help'] === true);
  return {
    flag: (name) => values[name] === true,
    text: (name) => {
      const value = values[name];
      return typeof value === 'string' ? value : undefined;
    },
    positionals,
    rest,
  };
}

type Split = { readonly before: readonly string[]; readonly rest: readonly string[] };

function split(command: Command, options: Record<string, OptionSpec>, words: readonly string[]): Split {
  const end = command.passThrough === true ? ownWords(options, words) : words.indexOf('--');
  if (end < 0) return { before: words, rest: [] };
  return { before: words.slice(0, end), rest: words.slice(words[end] === '--' ? end + 1 : end) };
}

/** How many of the first words are options of this command; the first other word begins the guarded command. */
function ownWords(options: Record<string, OptionSpec>, words: readonly string[]): number {
  let index = 0;
  while (index < words.length) {
    const word = words[index] ?? '';
    if (word === '--' || !word.startsWith('-') || word === '-') return index;
    const takesNext = !word.includes('=') && optionNamed(options, word)?.type === 'string';
    index += takesNext ? 2 : 1;
  }
  return words.length;
}

function optionNamed(options: Record<string, OptionSpec>, word: string): OptionSpec | undefined {
  const name = word.replace(/^--?/, '');
  return word.startsWith('--') ? options[name] : Object.values(options).find((option) => option.short === name);
}

function parse(options: Record<string, OptionSpec>, args: readonly string[]) {
  const specs = Object.fromEntries(
    Object.entries(options).map(([name, { type, short }]) => [name, short === undefined ? { type } : { type, short }]),
  );
  try {
    return parseArgs({ args: [...args], options: specs, allowPositionals: true, strict: true });
  } catch (error) {
    const negative = args.find((word) => /^-\d/.test(word));
    if (negative !== undefined)
      throw new UsageError(`\`${negative}\` is neither an option nor a value that is taken here`);
    throw new UsageError(firstSentence((error as Error).message));
  }
}

/** Node explains at length how to pass a dash; the first sentence is what helps. */
function firstSentence(message: string): string {
  const sentence = message.split(/\.\s|\n/)[0] ?? message;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1).replaceAll("'", '`');
}

function checkCount(command: Command, positionals: readonly string[], helpWanted: boolean): void {
  const { min, max } = command.positionals ?? { min: 0, max: 0 };
  if (helpWanted) return;
  if (positionals.length < min) throw new UsageError(`something is missing: \`countersign ${command.usage[0] ?? ''}\``);
  const extra = positionals[max];
  if (extra !== undefined) throw new UsageError(`unexpected argument \`${extra}\``);
}

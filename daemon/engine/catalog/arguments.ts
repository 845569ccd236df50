/** The one argument parser: words of a call → options and operands, in linear time. */
import type { Word } from '../types.ts';
import type { Style } from './entry.ts';

type OptionKind = 'flag' | 'value' | 'pair' | 'attached';
type Option = { readonly name: string; readonly kind: OptionKind };

/** Options of an entry by every spelling, without dashes. */
export type OptionTable = ReadonlyMap<string, Option>;

export type Arguments = {
  /** The values of each option that was given, in order; a bare flag has an empty list. */
  readonly options: ReadonlyMap<string, readonly Word[]>;
  readonly operands: readonly Word[];
  /** Index of the first operand after `--`, or -1. */
  readonly separator: number;
};

const KINDS: Readonly<Record<string, OptionKind>> = { '': 'flag', '=': 'value', '==': 'pair', '=?': 'attached' };

export function optionTable(spec: string, inherited: OptionTable = new Map()): OptionTable {
  const table = new Map(inherited);
  for (const group of spec.split(' ').filter(Boolean)) {
    const kind = KINDS[/=[?=]?$/.exec(group)?.[0] ?? ''] ?? 'flag';
    const names = group.replace(/=[?=]?$/, '').split('|');
    const name = names.at(-1) ?? group;
    for (const alias of names) table.set(alias, { name, kind });
  }
  return table;
}

/** Collects one call; subcommands go on filling the same one with their own table. */
export class ArgumentReader {
  readonly #options = new Map<string, Word[]>();
  #position: number;
  readonly #words: readonly Word[];

  constructor(words: readonly Word[], position = 1) {
    this.#words = words;
    this.#position = position;
  }

  /** Reads options up to the first operand and returns that operand without consuming it. */
  head(table: OptionTable, style: Style): Word | undefined {
    for (; this.#position < this.#words.length; this.#position++) {
      const word = this.#words[this.#position];
      if (word === undefined || word.text === '--' || !isOption(word, style)) return word;
      this.#option(word.text, table, style);
    }
    return undefined;
  }

  skip(): void {
    this.#position++;
  }

  /** Reads everything that is left. */
  rest(table: OptionTable, style: Style): Arguments {
    const operands: Word[] = [];
    let separator = -1;
    for (; this.#position < this.#words.length; this.#position++) {
      const word = this.#words[this.#position];
      if (word === undefined) break;
      if (separator < 0 && word.text === '--' && style !== 'plain') separator = operands.length;
      else if (separator >= 0 || !isOption(word, style) || (style === 'posix' && operands.length > 0))
        operands.push(word);
      else this.#option(word.text, table, style);
    }
    return { options: this.#options, operands, separator };
  }

  #option(text: string, table: OptionTable, style: Style): void {
    if (text.startsWith('--') || style === 'long') this.#long(text.replace(/^--?/, ''), table);
    else this.#cluster(text.slice(1), table);
  }

  #long(text: string, table: OptionTable): void {
    const equals = text.indexOf('=');
    const spelled = equals < 0 ? text : text.slice(0, equals);
    const option = table.get(spelled) ?? abbreviation(spelled, table);
    const name = option?.name ?? spelled;
    if (equals >= 0) this.#add(name, this.#wordLike(text.slice(equals + 1)));
    else if (option?.kind === 'value') this.#add(name, this.#next());
    else if (option?.kind === 'pair') this.#pair(name);
    else this.#add(name, undefined);
  }

  #cluster(text: string, table: OptionTable): void {
    for (let index = 0; index < text.length; index++) {
      const letter = text.charAt(index);
      const option = table.get(letter);
      const rest = text.slice(index + 1);
      if (option === undefined || option.kind === 'flag') {
        this.#add(option?.name ?? letter, undefined);
        continue;
      }
      if (rest !== '') this.#add(option.name, this.#wordLike(rest));
      else this.#add(option.name, option.kind === 'value' ? this.#next() : undefined);
      return;
    }
  }

  #pair(name: string): void {
    this.#add(name, this.#next());
    this.#add(name, this.#next());
  }

  #next(): Word | undefined {
    this.#position++;
    return this.#words[this.#position];
  }

  /** A value cut out of the current word is as dynamic as that word. */
  #wordLike(text: string): Word {
    const word = this.#words[this.#position];
    return { text, dynamic: word?.dynamic === true, glob: word?.glob === true };
  }

  #add(name: string, value: Word | undefined): void {
    const values = this.#options.get(name);
    if (values === undefined) this.#options.set(name, value === undefined ? [] : [value]);
    else if (value !== undefined) values.push(value);
  }
}

function isOption(word: Word, style: Style): boolean {
  return style !== 'plain' && word.text.length > 1 && word.text.startsWith('-');
}

/** What makes a call harmless must be spelled out: most programs do not take it shortened. */
const REHEARSES = new Set([
  'dry-run',
  'dryrun',
  'dry_run',
  'simulate',
  'just-print',
  'check',
  'no-act',
  'help',
  'version',
]);

/** GNU getopt and git take any unambiguous beginning of a long option: `--rec` deletes recursively too. */
function abbreviation(spelled: string, table: OptionTable): Option | undefined {
  if (spelled.length < 2) return undefined;
  for (const [name, option] of table) {
    if (name.length > spelled.length && name.startsWith(spelled) && !REHEARSES.has(option.name)) return option;
  }
  return undefined;
}

/** The shape of a catalog entry: how a program reads its arguments, and which effects a call of it has. */
import type { Action } from '../../../protocol/action.ts';
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import type { EffectDraft, Lookup, ParsedOperation, Parsers } from '../types.ts';
import type { Arguments } from './arguments.ts';
import type { Selected } from '../earlier/selections.ts';
import type { Links } from './links.ts';

export type CatalogContext = {
  readonly action: Action;
  readonly lookup: Lookup;
  readonly parsers: Parsers;
  /** Made by the operations before. */
  readonly links?: Links;
  /** What the operations before selected. */
  readonly selected?: readonly Selected[];
};

/** One call of a program: what its rules see. */
export type Call = {
  readonly operation: ParsedOperation;
  readonly context: CatalogContext;
  readonly args: Arguments;
};

export type Rule = (call: Call) => readonly EffectDraft[];
export type Condition = (call: Call) => boolean;
export type Targets = (call: Call) => readonly Target[];

/** Attributes of an effect, fixed or worked out per call; `undefined` leaves one out. */
export type Attributes = {
  readonly [K in keyof EffectAttributes]?: EffectAttributes[K] | ((call: Call) => EffectAttributes[K]);
};

/**
 * How a program reads its command line. `gnu`: clustered short options, `--long=value`, operands anywhere. `posix`: the
 * same, but everything after the first operand belongs to another command. `long`: one dash starts a whole word (terraform).
 * `plain`: no options at all (`dd if=…`).
 */
export type Style = 'gnu' | 'posix' | 'long' | 'plain';

export type Entry = {
  /** `'r|R|recursive o|output= color=?'`: aliases by `|`, the last is the name; `=` takes a value, `==` two, `=?` only an attached one. */
  readonly options?: string;
  readonly style?: Style;
  /** Subcommands; a key may hold several names. Without a match the entry's own effects count. */
  readonly commands?: Catalog;
  /** Its options stand before the subcommand only and mean nothing after it. */
  readonly separate?: true;
  /** When it holds, every effect is marked as rehearsed only. */
  readonly dryRun?: Condition;
  /** Absent: nobody knows what it does. Empty: it does nothing worth naming. */
  readonly effects?: Rule | readonly Rule[];
};

/** Entries by name; a key may hold several names separated by blanks. */
export type Catalog = Readonly<Record<string, Entry>>;

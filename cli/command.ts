/** What a command is: its words for `--help` and the function that runs it. */
import type { Context } from './context.ts';

export type OptionSpec = {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  /** The placeholder in help, for options that take a value. */
  readonly value?: string;
  readonly help: string;
};

/** Parsed arguments, with accessors that keep commands free of casts. */
export type Input = {
  flag(name: string): boolean;
  text(name: string): string | undefined;
  readonly positionals: readonly string[];
  /** Everything after `--`, or after the first positional of a pass-through command. */
  readonly rest: readonly string[];
};

export type Command = {
  /** Lines after `countersign`, for example `approve ID [--for SCOPE]`. */
  readonly usage: readonly string[];
  readonly about: string;
  readonly options?: Readonly<Record<string, OptionSpec>>;
  readonly examples?: readonly string[];
  /** The first positional ends the options: the rest is somebody else's command line. */
  readonly passThrough?: boolean;
  readonly positionals?: { readonly min: number; readonly max: number };
  /** Resolves to the exit code. */
  run(input: Input, context: Context): Promise<number>;
};

/** The person typed something that cannot be carried out as written; exit code 2. */
export class UsageError extends Error {
  /** Further lines, in our own words. */
  readonly details: readonly string[];

  constructor(message: string, details: readonly string[] = []) {
    super(message);
    this.name = 'UsageError';
    this.details = details;
  }
}

/** What a table says about a program that runs the command it is given. */
import type { OptionSpec } from './options.ts';

export type WrapperSpec = OptionSpec & {
  /** Words between the options and the command (`timeout 5 CMD`). */
  readonly skip?: number;
  /** `NAME=VALUE` words may come before the command. */
  readonly assignments?: true;
  /** Runs the command as another user. */
  readonly gain?: true;
  /** With one of these the words are no command (`sudo -l`, `command -v`). */
  readonly not?: readonly string[];
  /** Options that, without a command, start an interactive shell of the other user. */
  readonly shell?: readonly string[];
  /** An option whose value is shell source. */
  readonly source?: readonly string[];
  /** An option naming the folder the command runs in. */
  readonly chdir?: readonly string[];
  /** The words are joined and read by a shell. */
  readonly joined?: true;
  /** The wrapper is an operation too. */
  readonly keep?: true;
  /** The command runs in the calling shell (`command cd`). */
  readonly sameShell?: true;
  /** A word that must come first (`uv run CMD`); without it this is no wrapper. */
  readonly verb?: readonly string[];
  /** What comes before `--` is the wrapper's own; what follows it is the command. */
  readonly marked?: true;
  /** The command sees other folders under the same names. */
  readonly remote?: string;
  /** Options that name a file the wrapper itself writes, and `first` when the word it skips names one. */
  readonly writes?: readonly string[];
  /** With one of these it adds to those files. */
  readonly appends?: readonly string[];
};

/** Options that programs take out of a variable as if they stood on the command line. */
import type { Word } from '../../types.ts';
import type { Command, Run } from '../run.ts';
import { staticWord } from '../words.ts';
import { isUnseen } from './plain-programs.ts';

const VARIABLES: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  tar: ['TAR_OPTIONS'],
  gtar: ['TAR_OPTIONS'],
  zip: ['ZIPOPT'],
  make: ['GNUMAKEFLAGS', 'MAKEFLAGS'],
  gmake: ['GNUMAKEFLAGS', 'MAKEFLAGS'],
  less: ['LESS'],
  fzf: ['FZF_DEFAULT_OPTS'],
};

/** More options than this are nobody's habit. */
const MAX_OPTIONS = 64;

export function withOptionVariables(run: Run, command: Command, name: string): Command {
  const names = VARIABLES[name];
  if (names === undefined) return command;
  const options = names.flatMap((variable) => optionsIn(run, command, variable));
  if (options.length === 0) return command;
  const [program, ...rest] = command.words;
  // `tar czf …`: letters without a dash stay in front.
  const words = rest[0]?.text.startsWith('-') === false ? [...rest, ...options] : [...options, ...rest];
  return { ...command, words: program === undefined ? words : [program, ...words] };
}

function optionsIn(run: Run, { place }: Command, variable: string): readonly Word[] {
  const value = place.env[variable]?.trim();
  if (value === undefined || value === '') return [];
  if (isUnseen(value)) {
    run.opaque(place, `options in ${variable} that are not shown`);
    return [];
  }
  const words = value.split(/\s+/).slice(0, MAX_OPTIONS);
  // `LESS=FRX` and `MAKEFLAGS=k` leave the dash out.
  return words.map((text, index) => staticWord(index === 0 && !/^[-+]|=/.test(text) ? `-${text}` : text));
}

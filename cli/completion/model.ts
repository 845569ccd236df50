/** What can be typed after `countersign`, read from the commands themselves. */
import { COMMON_OPTIONS } from '../arguments.ts';
import type { Command, OptionSpec } from '../command.ts';
import { COMMANDS, type CommandName } from '../registry.ts';
import type { ValueKind } from './values.ts';

export type Values =
  | { readonly kind: 'none' }
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'files' }
  /** Asked for when they are wanted; `orFiles`: a path is as good. */
  | { readonly kind: 'live'; readonly of: ValueKind; readonly orFiles?: true }
  /** Somebody else's command line. */
  | { readonly kind: 'command' };

export type CompletedOption = {
  readonly name: string;
  readonly short: string | undefined;
  readonly help: string;
  /** Undefined for a flag. */
  readonly values: Values | undefined;
};

export type Completed = {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  readonly positional: Values;
};

/** Ids that the daemon knows, by the command and the option that take one. */
const LIVE: Readonly<Record<string, ValueKind>> = {
  approve: 'approvals',
  deny: 'approvals',
  'agents revoke': 'sessions',
  'trace show': 'traces',
  'trace export': 'traces',
  'grants --end': 'grants',
  review: 'reviews',
  undo: 'saved',
  'undo prune': 'saved',
  'policy from': 'actions',
  'policy diff': 'policies',
  replay: 'actions',
  'replay --policy': 'policies',
  'log --session': 'sessions',
};

export async function completedCommands(): Promise<readonly Completed[]> {
  const names = Object.keys(COMMANDS) as CommandName[];
  return Promise.all(
    names.map(async (name) => {
      const command: Command = await COMMANDS[name].load();
      const specs: Record<string, OptionSpec> = { ...command.options, ...COMMON_OPTIONS };
      return {
        name,
        summary: COMMANDS[name].summary,
        options: Object.entries(specs).map(([option, spec]) => completedOption(name, option, spec)),
        positional: positionalOf(name, command),
      };
    }),
  );
}

function completedOption(command: string, name: string, { short, help, type, value }: OptionSpec): CompletedOption {
  const values = type === 'boolean' ? undefined : valuesOf(`${command} --${name}`, value ?? '');
  return { name, short, help, values };
}

/** The last usage that names one; those in brackets are options or may be left out. */
function positionalOf(name: CommandName, { usage, passThrough, positionals }: Command): Values {
  if (passThrough === true) return { kind: 'command' };
  if (positionals === undefined) return { kind: 'none' };
  const words = usage.map((line) => line.replace(/\[[^\]]*\]/g, '').trim().slice(name.length).trim().split(/\s+/)[0] ?? '');
  return valuesOf(name, words.findLast((word) => word !== '' && !word.startsWith('-')) ?? '');
} // prettier-ignore

function valuesOf(place: string, placeholder: string): Values {
  const live = LIVE[place];
  if (live !== undefined) return { kind: 'live', of: live, ...(live === 'policies' ? { orFiles: true } : {}) };
  if (placeholder.includes('|')) return { kind: 'words', words: placeholder.split('|') };
  return /^(FILE|DIR|FOLDER|PATH)/.test(placeholder) ? { kind: 'files' } : { kind: 'none' };
}

/** The first words there are, each once: `trace` stands for all that begin with it. */
export function firstWords(
  commands: readonly Completed[],
): readonly { readonly word: string; readonly help: string }[] {
  const words = new Map<string, string>();
  for (const { name, summary } of commands) {
    const [first = '', second] = name.split(' ');
    const others = commands.filter((one) => one.name.startsWith(`${first} `)).map((one) => one.name.split(' ')[1]);
    words.set(first, second === undefined ? summary : others.join(', '));
  }
  return [...words].map(([word, help]) => ({ word, help }));
}

/** First words that want a second one, with those. */
export function groups(commands: readonly Completed[]): ReadonlyMap<string, readonly Completed[]> {
  const grouped = new Map<string, Completed[]>();
  for (const command of commands) {
    const [first = '', second] = command.name.split(' ');
    if (second !== undefined) grouped.set(first, [...(grouped.get(first) ?? []), command]);
  }
  return grouped;
}

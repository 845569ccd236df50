/** Completion for fish. */
import { firstWords, groups, type Completed, type CompletedOption, type Values } from './model.ts';

export function fishCompletion(commands: readonly Completed[]): string {
  const grouped = groups(commands);
  const lines = [
    '# Completion of countersign for fish. Made by `countersign completion fish`.',
    'function __countersign_at',
    '  set -l words (commandline -opc)',
    '  set -l wanted (string split " " -- $argv[1])',
    '  set -l last (math 1 + (count $wanted))',
    '  test (count $words) -ge $last; and test "$words[2..$last]" = "$argv[1]"',
    'end',
    'function __countersign_live',
    '  set -l words (commandline -opc)',
    '  $words[1] __values $argv[1] 2>/dev/null',
    'end',
    'function __countersign_only',
    '  test (count (commandline -opc)) -eq $argv[1]',
    'end',
    'complete -c countersign -f',
    ...firstWords(commands).map(({ word, help }) => `complete -c countersign -n '__countersign_only 1' -a ${quoted(word)} -d ${quoted(help)}`),
    ...[...grouped].flatMap(([first, members]) =>
      members.map(({ name, summary }) => `complete -c countersign -n '__countersign_only 2; and __countersign_at ${first}' -a ${quoted(name.split(' ')[1] ?? '')} -d ${quoted(summary)}`),
    ),
    ...commands.flatMap(commandLines),
  ];
  return lines.join('\n');
} // prettier-ignore

function commandLines({ name, options, positional }: Completed): string[] {
  const at = `complete -c countersign -n ${quoted(`__countersign_at "${name}"`)}`;
  const own = positional.kind === 'none' ? [] : [`${at} ${filed(positional)}`];
  return [...own, ...options.map((option) => `${at} ${optionWords(option)}`)];
} // prettier-ignore

function optionWords({ name, short, help, values }: CompletedOption): string {
  const spelled = `-l ${name}${short === undefined ? '' : ` -s ${short}`} -d ${quoted(help)}`;
  if (values === undefined) return spelled;
  if (values.kind === 'files') return `${spelled} -r -F`;
  if (values.kind === 'live' && values.orFiles === true) return `${spelled} -r ${filed(values)}`;
  return values.kind === 'none' ? `${spelled} -x` : `${spelled} -x -a ${source(values)}`;
}

function filed(values: Values): string {
  if (values.kind === 'files') return '-F';
  return `${values.kind === 'live' && values.orFiles === true ? '-F ' : ''}-a ${source(values)}`;
}

function source(values: Values): string {
  switch (values.kind) {
    case 'words':
      return quoted(values.words.join(' '));
    case 'live':
      return quoted(`(__countersign_live ${values.of})`);
    case 'command':
      return quoted('(__fish_complete_subcommand --fcs-skip=2)');
    case 'none':
    case 'files':
      return "''";
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

/** Completion for zsh: as a file `_countersign` in `fpath`, or sourced. */
import { firstWords, groups, type Completed, type CompletedOption, type Values } from './model.ts';

export function zshCompletion(commands: readonly Completed[]): string {
  const firsts = firstWords(commands).map(({ word, help }) => described(word, help)).join(' ');
  return `#compdef countersign
# Completion of countersign for zsh. Made by \`countersign completion zsh\`.
__countersign_live() {
  local -a found
  local line
  for line in "\${(@f)$("$words_typed" __values "$1" 2>/dev/null)}"; do
    [[ -n $line ]] && found+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${\${line#*$'\\t'}//:/\\\\:}")
  done
  _describe 'id' found
}
__countersign_either() {
  __countersign_live "$1"
  _files
}
__countersign_command() {
  local at=\${words[(i)--]}
  if ((at < CURRENT)); then words=("\${(@)words[at + 1,-1]}"); ((CURRENT -= at)); fi
  if ((CURRENT == 1)); then _command_names -e; else _normal; fi
}
_countersign() {
  local words_typed="$words[1]" command="$words[2]"
  local -a first second
  if ((CURRENT == 2)); then
    first=(${firsts})
    _describe 'command' first
    return
  fi
  case "$words[2]" in
${[...groups(commands)].map(([first, members]) => groupCase(first, members, commands.some(({ name }) => name === first))).join('\n')}
  esac
  case "$command" in
${commands.map(commandCase).join('\n')}
  esac
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _countersign "$@"
else
  compdef _countersign countersign
fi`;
} // prettier-ignore

function groupCase(first: string, members: readonly Completed[], isCommand: boolean): string {
  const seconds = members.map(({ name, summary }) => described(name.split(' ')[1] ?? '', summary)).join(' ');
  const names = members.map(({ name }) => name.split(' ')[1]).join('|');
  // Where the first word does something by itself, the second is one of ours or what that takes.
  if (isCommand) {
    return `    ${first})\n      if ((CURRENT == 3)); then second=(${seconds}); _describe 'command' second; fi\n      if [[ $words[3] == (${names}) ]]; then command="$words[2] $words[3]"; shift words; ((CURRENT--)); fi ;;`;
  }
  // From here on the second word takes the place of the first, as if it were a command of one word.
  return `    ${first})\n      if ((CURRENT == 3)); then second=(${seconds}); _describe 'command' second; return; fi\n      command="$words[2] $words[3]"; shift words; ((CURRENT--)) ;;`;
}

function commandCase({ name, options, positional }: Completed): string {
  const specs = options.flatMap(optionSpecs);
  const rest = ['none', 'command'].includes(positional.kind) ? [] : [quoted(`*:value:${action(positional)}`)];
  const parsed = `_arguments -S ${[...specs, ...rest].join(' ')}`;
  const guarded = `if ((\${words[(i)--]} < CURRENT)); then __countersign_command; else ${parsed}; fi`;
  return `    '${name}') shift words; ((CURRENT--)); ${positional.kind === 'command' ? guarded : parsed} ;;`;
} // prettier-ignore

function optionSpecs({ name, short, help, values }: CompletedOption): string[] {
  const told = help.replaceAll(/([[\]:])/g, String.raw`\$1`);
  const value = values === undefined ? '' : `:value:${action(values)}`;
  return [`--${name}`, ...(short === undefined ? [] : [`-${short}`])].map((one) => quoted(`${one}[${told}]${value}`));
}

function action(values: Values): string {
  switch (values.kind) {
    case 'none':
      return ' ';
    case 'words':
      return `(${values.words.join(' ')})`;
    case 'files':
      return '_files';
    case 'live':
      // The blank keeps zsh from putting words of its own before ours.
      return values.orFiles === true ? ` __countersign_either ${values.of}` : ` __countersign_live ${values.of}`;
    case 'command':
      return '__countersign_command';
  }
}

function described(word: string, help: string): string {
  return quoted(`${word}:${help.replaceAll(':', String.raw`\:`)}`);
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** Completion for bash, from version 3.2 on. */
import { firstWords, groups, type Completed, type Values } from './model.ts';

export function bashCompletion(commands: readonly Completed[]): string {
  const grouped = [...groups(commands)];
  const optionCases = commands.flatMap(({ name, options }) =>
    options.flatMap(({ name: option, short, values }) => {
      if (values === undefined) return [];
      const spelled = short === undefined ? [`--${option}`] : [`--${option}`, `-${short}`];
      return [`    ${spelled.map((one) => `'${name}|${one}'`).join(' | ')}) ${action(values)} return ;;`];
    }),
  );
  const wordCases = commands.map(({ name, options, positional }) => {
    const spelled = options.flatMap(({ name: option, short }) => (short === undefined ? [`--${option}`] : [`--${option}`, `-${short}`]));
    return `    '${name}') options='${spelled.join(' ')}' ; [[ $current == -* ]] || { ${action(positional)} } ;;`;
  });
  return `# Completion of countersign for bash. Made by \`countersign completion bash\`.
__countersign_words() {
  local IFS=$' \\t\\n'
  COMPREPLY+=($(compgen -W "$1" -- "$2"))
}
__countersign_live() {
  __countersign_words "$("\${COMP_WORDS[0]}" __values "$1" 2>/dev/null | cut -f 1)" "$2"
}
__countersign_files() {
  local IFS=$'\\n'
  compopt -o filenames 2>/dev/null
  COMPREPLY+=($(compgen -f -- "$1"))
}
__countersign_command() {
  local at="$1" i
  for ((i = at; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] && at=$((i + 1)) && break
  done
  local IFS=$'\\n'
  if ((COMP_CWORD <= at)); then COMPREPLY+=($(compgen -c -- "$2")); else __countersign_files "$2"; fi
}
_countersign() {
  local before=''
  _countersign_words
  [[ -z $before ]] || COMPREPLY=("\${COMPREPLY[@]#"$before"}")
}
_countersign_words() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD - 1]}"
  local first="\${COMP_WORDS[1]}" command options='' typed="\${COMP_LINE:0:COMP_POINT}"
  typed="\${typed##*[[:space:]]}"
  if [[ $typed == *:* ]]; then
    # bash takes the colon for a word of its own; what stands before it is not written again.
    before="\${typed%:*}:" current="$typed" previous="\${COMP_LINE:0:COMP_POINT}"
    previous="\${previous%"$typed"}" previous="\${previous%"\${previous##*[![:space:]]}"}" previous="\${previous##*[[:space:]]}"
  fi
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    __countersign_words '${firstWords(commands).map(({ word }) => word).join(' ')} help --help --version' "$current"
    return
  fi
  command="$first"
  case "$first" in
${grouped.map(([first, members]) => groupCase(first, members, commands.some(({ name }) => name === first))).join('\n')}
  esac
  case "$command|$previous" in
${optionCases.join('\n')}
  esac
  case "$command" in
${wordCases.join('\n')}
  esac
  [[ $current == -* ]] && __countersign_words "$options" "$current"
}
complete -F _countersign countersign`;
} // prettier-ignore

function groupCase(first: string, members: readonly Completed[], isCommand: boolean): string {
  const names = members.map(({ name }) => name.split(' ')[1]);
  const words = names.join(' ');
  // Where the first word does something by itself, the second is one of ours or what that takes.
  if (isCommand) {
    return `    ${first})\n      if ((COMP_CWORD == 2)); then __countersign_words '${words}' "$current"; else case "\${COMP_WORDS[2]}" in ${names.join(' | ')}) command="$first \${COMP_WORDS[2]}" ;; esac; fi ;;`;
  }
  return `    ${first})\n      if ((COMP_CWORD == 2)); then __countersign_words '${words}' "$current"; return; fi\n      command="$first \${COMP_WORDS[2]}" ;;`;
}

function action(values: Values): string {
  switch (values.kind) {
    case 'none':
      return ':;';
    case 'words':
      return `__countersign_words '${values.words.join(' ')}' "$current";`;
    case 'files':
      return '__countersign_files "$current";';
    case 'live':
      return `__countersign_live ${values.of} "$current";${values.orFiles === true ? ' [[ $current == *:* ]] || __countersign_files "$current";' : ''}`;
    case 'command':
      return '__countersign_command 2 "$current";';
  }
}

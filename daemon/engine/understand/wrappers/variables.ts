/** Variables whose value is code that the command they are set for will run. */
import type { Word } from '../../types.ts';
import { inside, INHERITED, type Place, type Run } from '../run.ts';

/** Shell source by variable. */
const SOURCE_VARIABLES = new Set([
  'GIT_SSH_COMMAND', 'GIT_EDITOR', 'GIT_SEQUENCE_EDITOR', 'GIT_PAGER', 'GIT_EXTERNAL_DIFF', 'GIT_ASKPASS', 'GIT_PROXY_COMMAND', 'GIT_SSH',
  'SSH_ASKPASS', 'SUDO_ASKPASS', 'EDITOR', 'VISUAL', 'PAGER', 'MANPAGER', 'LESSOPEN', 'LESSCLOSE', 'PROMPT_COMMAND', 'BROWSER', 'RSYNC_RSH', 'PSQL_PAGER',
]); // prettier-ignore

/** A file or library that is loaded as code. */
const LOADED_VARIABLES = new Set([
  'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'BASH_ENV', 'ENV', 'PYTHONSTARTUP', 'PERL5OPT', 'RUBYOPT', 'JAVA_TOOL_OPTIONS', 'GCONV_PATH', 'GIT_EXEC_PATH',
]); // prettier-ignore

type Assigned = { readonly name: string; readonly value: Word | readonly Word[] };

/** `GIT_SSH_COMMAND='…' git fetch` runs the text; `LD_PRELOAD=x ls` runs what nobody has read. */
export function codeVariableEffects(run: Run, place: Place, assigned: readonly Assigned[]): void {
  for (const { name, value } of assigned) {
    if (isWords(value) || value.text === '') continue;
    if (SOURCE_VARIABLES.has(name)) run.sourceWord(value, inside(place, name), { stdin: INHERITED });
    else if (LOADED_VARIABLES.has(name) || loadsCode(name, value)) run.opaque(place, `code loaded by ${name}`);
    else if (name.startsWith('BASH_FUNC_')) run.opaque(place, 'a function handed over in a variable');
  }
}

function isWords(value: Word | readonly Word[]): value is readonly Word[] {
  return Array.isArray(value);
}

function loadsCode(name: string, value: Word): boolean {
  return (
    name === 'NODE_OPTIONS' && /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)\b/.test(value.text)
  );
}

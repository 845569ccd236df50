/** Builtins that change the shell they run in; everything else about them is an ordinary operation. */
import type { Word } from '../types.ts';
import { codeRunEffect, inside, INHERITED, opaqueEffect, type Command, type Run, type Text } from './run.ts';
import { doubtFolder } from './shell/doubt.ts';
import { UNSET, type ShellState } from './shell/state.ts';
import { UNKNOWN_CWD } from './paths.ts';
import { runHidden } from './shell/hidden.ts';
import { readText } from './shell/output.ts';
import { runTrap } from './traps.ts';
import { unreadScript } from './unread-script.ts';
import { dynamicWord, joinWords, parseAssignment } from './words.ts';
import { changeFolder } from './wrappers/folder.ts';
import { codeVariableEffects } from './wrappers/variables.ts';

type Builtin = (run: Run, command: Command, shell: ShellState) => void;

/** The handler of a builtin, or `undefined` for programs. */
export function builtinNamed(name: string): Builtin | undefined {
  return BUILTINS[name];
}

const BUILTINS: Readonly<Record<string, Builtin>> = {
  __proto__: null as never,
  cd: (run, command, shell) => {
    run.emit(command);
    goTo(shell, changeTarget(command, shell));
  },
  pushd: (run, command, shell) => {
    run.emit(command);
    shell.folders.push(shell.cwd);
    goTo(shell, changeTarget(command, shell));
  },
  popd: (run, command, shell) => {
    run.emit(command);
    goTo(shell, shell.folders.pop() ?? UNKNOWN_CWD);
  },
  export: declare(true),
  declare: declare(false),
  typeset: declare(false),
  local: declare(false),
  readonly: declare(false),
  unset: (run, command, shell) => {
    run.emit(command);
    for (const word of args(command)) forget(shell, word.text);
  },
  read: readNames,
  mapfile: readLines,
  readarray: readLines,
  compgen: (run, command) => {
    run.emit(command);
    runCallback(run, command);
    runWordList(run, command);
  },
  complete: (run, command) => {
    run.emit(command);
    runCallback(run, command);
    runWordList(run, command);
  },
  // A builtin out of a library.
  enable: (run, command) => void run.emit(command, command.words.some(({ text }) => /^-[a-z]*f/.test(text)) ? [opaqueEffect('a builtin from a file')] : []), // prettier-ignore
  getopts: readNames,
  printf: (run, command, shell) => {
    run.emit(command);
    if (command.words[1]?.text === '-v') unknown(shell, command.words[2]?.text ?? '');
  },
  set: (run, command, shell) => {
    run.emit(command);
    const option = setOption(command);
    if (/^-[a-zA-Z]*e|^errexit$/.test(option)) shell.stopsOnError = true;
    else if (/^\+[a-zA-Z]*e/.test(option)) shell.stopsOnError = false;
    const marker = command.words.findIndex((word) => word.text === '--');
    const plain = /^[-+]/.test(command.words[1]?.text ?? '-') ? 0 : 1;
    if (marker > 0) shell.positional = command.words.slice(marker + 1);
    else if (plain > 0) shell.positional = command.words.slice(plain);
  },
  shift: (run, command, shell) => {
    run.emit(command);
    const count = Number(command.words[1]?.text ?? '1');
    shell.positional = Number.isInteger(count) ? shell.positional?.slice(count) : undefined;
  },
  // `fc -s` and `fc -e EDITOR` run again what was typed before.
  fc: (run, command) => void run.emit(command, command.words.some(({ text }) => /^-[a-z]*[se]/.test(text)) ? [opaqueEffect('commands of the history')] : []), // prettier-ignore
  bind: runBinding,
  eval: runEval,
  source: runSourced,
  '.': runSourced,
  trap: runTrap,
  alias: defineAliases,
  unalias: (run, command, shell) => {
    run.emit(command);
    for (const word of args(command)) shell.aliases.delete(word.text);
  },
  // `hash -p FILE NAME` makes NAME run FILE.
  hash: (run, command, shell) => {
    run.emit(command);
    const [, option, file, name] = command.words;
    if (option?.text === '-p' && file && name) shell.aliases.set(name.text, file.dynamic ? '$hashed' : file.text);
  },
  let: (run, command, shell) => {
    run.emit(command);
    for (const word of args(command)) unknown(shell, word.text.replace(/\W.*$/s, ''));
  },
};

/** The first option of `set`, or the name of the one that `-o` switches on. */
function setOption({ words }: Command): string {
  const [, first, second] = words;
  return (first?.text === '-o' ? second?.text : first?.text) ?? '';
}

/** The words after the name that are no options. */
function args(command: Command): readonly Word[] {
  return command.words.slice(1).filter((word) => !word.text.startsWith('-'));
}

function goTo(shell: ShellState, cwd: string): void {
  const before = shell.cwd;
  shell.previousCwd = before === UNKNOWN_CWD ? undefined : before;
  shell.cwd = cwd;
  doubtFolder(shell, before);
  // Assigned values of PWD end with the next cd.
  shell.variables.delete('PWD');
}

function changeTarget(command: Command, shell: ShellState): string {
  const target = command.words.slice(1).find((word) => word.text === '-' || !word.text.startsWith('-'));
  if (target?.text === '-') return shell.previousCwd ?? UNKNOWN_CWD;
  if (target !== undefined) return changeFolder(shell, target);
  const home = shell.variables.get('HOME');
  return home !== undefined && 'text' in home ? changeFolder(shell, home) : UNKNOWN_CWD;
}

function declare(exports: boolean): Builtin {
  return (run, command, shell) => {
    run.emit(command);
    const exported = exports || command.words.some((word) => /^-[a-zA-Z]*x/.test(word.text));
    // `-l`, `-u`, `-i` and `-n` change what a value means.
    const converts = command.words.some((word) => /^-[a-zA-Z]*[luin]/.test(word.text));
    const global = command.words.some((word) => /^-[a-zA-Z]*g/.test(word.text));
    for (const word of args(command)) {
      const assignment = parseAssignment(word);
      if (!exports && !global) keepLocal(shell, assignment?.name ?? word.text);
      if (converts) unknown(shell, assignment?.name ?? word.text);
      else if (assignment) shell.variables.set(assignment.name, assignment.value.dynamic ? dynamicWord(`$${assignment.name}`) : assignment.value); // prettier-ignore
      if (exported) shell.exported.add(assignment?.name ?? word.text);
      if (exported && assignment) codeVariableEffects(run, command.place, [assignment]);
    }
  };
}

/** Remembers what a name is outside the function, the first time it is made local. */
function keepLocal(shell: ShellState, name: string): void {
  if (shell.locals !== undefined && !shell.locals.has(name)) shell.locals.set(name, shell.variables.get(name));
}

function forget(shell: ShellState, name: string): void {
  if (isName(name)) {
    shell.variables.set(name, UNSET);
    shell.exported.add(name);
  }
  shell.functions.delete(name);
}

function unknown(shell: ShellState, name: string): void {
  if (isName(name)) shell.variables.set(name, dynamicWord(`$${name}`));
}

function isName(text: string): boolean {
  return /^[A-Za-z_]\w*$/.test(text);
}

function readNames(run: Run, command: Command, shell: ShellState): void {
  run.emit(command);
  for (const word of args(command)) unknown(shell, word.text);
  for (const name of ['REPLY', 'MAPFILE']) unknown(shell, name);
}

function readLines(run: Run, command: Command, shell: ShellState): void {
  readNames(run, command, shell);
  runCallback(run, command);
}

/** `-C CMD` is called for every so many lines, or for words to complete. */
function runCallback(run: Run, command: Command): void {
  const at = command.words.findIndex(({ text }) => /^-[a-zA-Z]*C$/.test(text));
  const source = at < 0 ? undefined : command.words[at + 1];
  if (source) run.sourceWord(source, inside(command.place, command.words[0]?.text ?? ''), { stdin: INHERITED });
}

/** `compgen -W '$(…)'`: the list is expanded like source, however it was quoted. */
function runWordList(run: Run, command: Command): void {
  const at = command.words.findIndex(({ text }) => /^-[a-zA-Z]*W$/.test(text));
  const list = at < 0 ? undefined : command.words[at + 1];
  if (list !== undefined && !list.dynamic) runHidden(run, list.text, command.place);
}

/** Static text runs in this shell; text made at run time may hold anything. */
function runEval(run: Run, command: Command, shell: ShellState): void {
  const words = command.words.slice(command.words[1]?.text === '--' ? 2 : 1);
  const source = joinWords(words);
  const place = inside(command.place, 'eval');
  if (source.dynamic) run.emit(command, [opaqueEffect('eval of text made at run time')]);
  run.sourceWord(source, place, { stdin: command.stdin, shell });
}

function runSourced(run: Run, command: Command, shell: ShellState): void {
  const [, file, ...positional] = command.words;
  if (file === undefined) return void run.emit(command);
  const text = readText(run, command.place, file);
  if (isEnvironmentScript(file.text, text.kind)) return void run.emit(command, [codeRunEffect(file.text)]);
  if (text.kind !== 'known') {
    return void run.emit(command, [unreadScript(run, command, file, text)]);
  }
  run.emit(command, [codeRunEffect(file.text)]);
  const before = shell.positional;
  if (positional.length > 0) shell.positional = positional;
  run.source(text.text, inside(command.place, 'source'), { stdin: command.stdin, shell });
  shell.positional = before;
}

/** A user's own start files: changing one is judged when it is changed. */
const START_FILE =
  /(?:^|\/)(?:\.bashrc|\.bash_profile|\.profile|\.zshrc|\.zprofile|\.zshenv|\.cargo\/env|\.nvm\/nvm\.sh|etc\/profile|etc\/profile\.d\/conda\.sh)$/;

/** What `python -m venv` and conda make; read when it can be, ordinary when it cannot. */
const ACTIVATION = /(?:^|\/)bin\/activate$/;

function isEnvironmentScript(path: string, text: Text['kind']): boolean {
  if (text === 'changed') return false;
  return START_FILE.test(path) || (ACTIVATION.test(path) && text !== 'known');
}

/** `bind -x '"\\C-a": CMD'` and the keys of a macro that ends a line. */
function runBinding(run: Run, command: Command): void {
  run.emit(command);
  for (const word of command.words.slice(1)) {
    const [, typed, source] = /^"[^"]*"\s*:?\s*("?)(.+?)\1$/s.exec(word.text) ?? [];
    const runs =
      command.words.some(({ text }) => /^-[a-z]*x/.test(text)) ||
      (typed === '"' && /\\(?:n|C-[jm])/.test(source ?? ''));
    if (source !== undefined && runs) run.sourceWord({ ...word, text: source.replace(/\\(?:n|C-[jm])/g, '\n') }, inside(command.place, 'bind'), { stdin: INHERITED }); // prettier-ignore
  }
}

function defineAliases(run: Run, command: Command, shell: ShellState): void {
  run.emit(command);
  for (const word of args(command)) {
    const match = /^([^\s=]+)=(.*)$/s.exec(word.text);
    if (match?.[1]) shell.aliases.set(match[1], word.dynamic ? '$alias' : (match[2] ?? ''));
  }
}

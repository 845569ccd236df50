/** Programs of many names: the first word behind them is the one that is meant. */
import { inside, type Command, type Run } from '../run.ts';
import { staticWord } from '../words.ts';

/** `busybox APPLET …`, `lvm SUBCOMMAND …`. */
export function runBusybox(run: Run, command: Command, name: string): void {
  const words = command.words.slice(1);
  const [applet] = words;
  if (applet === undefined || applet.text.startsWith('--')) return void run.emit(command);
  run.command({ ...command, words, place: inside(command.place, name), shell: undefined });
}

/** Subcommands of `cmake -E` under the names of the programs they stand in for. */
const STANDS_FOR: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  rm: ['rm'],
  remove: ['rm', '-f'],
  remove_directory: ['rm', '-rf'],
  copy: ['cp'],
  copy_if_different: ['cp'],
  copy_directory: ['cp', '-r'],
  rename: ['mv'],
  touch: ['touch'],
  env: ['env'],
  time: ['time'],
  tar: ['tar'],
  cat: ['cat'],
  create_symlink: ['ln', '-s'],
};

export function runCmake(run: Run, command: Command, name: string): void {
  const { words } = command;
  if (words[1]?.text !== '-E') return void run.emit(command);
  const program = STANDS_FOR[words[2]?.text ?? ''];
  if (program === undefined) return void run.emit(command);
  const inner = [...program.map((text) => staticWord(text)), ...words.slice(3)];
  run.command({ ...command, words: inner, place: inside(command.place, name), shell: undefined });
}

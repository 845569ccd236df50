/** `trap`: what runs when a shell ends or gets a signal. */
import { INHERITED, inside, type Command, type Run } from './run.ts';
import { cloneState, type ShellState } from './shell/state.ts';
import { dynamicWord } from './words.ts';

/** The handler runs later, but it is decided now. */
export function runTrap(run: Run, command: Command, shell: ShellState): void {
  const [handler, signal] = command.words.slice(1).filter(({ text }) => !text.startsWith('-'));
  if (handler === undefined || signal === undefined || handler.text === '') return void run.emit(command);
  const place = inside(command.place, 'trap');
  const handle = (state: ShellState): void =>
    run.loosely(() => run.sourceWord(handler, place, { stdin: INHERITED, shell: state }), true);
  handle(cloneState(shell));
  handleLater(run, shell, handle);
}

/** What changes until the end is unknown to the handler, but for functions: they are looked up when it runs. */
function handleLater(run: Run, shell: ShellState, handle: (state: ShellState) => void): void {
  const early = cloneState(shell);
  const assigned = shell.variables.watch();
  run.atEnd(() => {
    const late = cloneState(early);
    for (const name of assigned()) late.variables.set(name, dynamicWord(`$${name}`));
    for (const [name, body] of shell.functions) late.functions.set(name, body);
    late.cwd = shell.cwd;
    const redefined = [...late.functions].some(([name, body]) => early.functions.get(name) !== body);
    if (assigned().length > 0 || redefined || late.cwd !== early.cwd) handle(late);
  });
}

/** `busybox APPLET …` is the applet. */
import { inside, type Command, type Run } from '../run.ts';

export function runBusybox(run: Run, command: Command, name: string): void {
  const words = command.words.slice(1);
  const [applet] = words;
  if (applet === undefined || applet.text.startsWith('--')) return void run.emit(command);
  run.command({ ...command, words, place: inside(command.place, name), shell: undefined });
}

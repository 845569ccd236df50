/** `at` and `batch`: commands from standard input that run later. */
import { inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { staticInput } from '../shell/output.ts';

export function runAt(run: Run, command: Command, name: string): void {
  const { stdin, place } = command;
  const text = staticInput(run, { stdin, cwd: place.cwd, remote: place.remote });
  const fed = stdin.kind === 'pipe' || stdin.kind === 'text' || stdin.kind === 'file';
  run.emit(command, fed && text === undefined ? [opaqueEffect('commands from standard input', { piped: true })] : []);
  if (text !== undefined) run.source(text, inside(place, name), { stdin: INHERITED });
}

/** `su` and `runuser`: another user's shell, or source for it. */
import { inside, type Command, type Run } from '../run.ts';
import { PRIVILEGE, withPrivilege } from './peel.ts';
import { readSu, runFile } from './shells.ts';

export function runSu(run: Run, command: Command, name: string): void {
  const { source, after } = readSu(command.words);
  const effects = withPrivilege(command.place.effects);
  const place = inside(command.place, name, { privileged: true, effects });
  if (source !== undefined) return run.sourceWord(source, place, { stdin: command.stdin });
  if (after.length > 0 && name === 'runuser') return run.command({ ...command, words: after, place, shell: undefined });
  const [script] = after;
  if (script !== undefined) return runFile(run, { ...command, place }, name, script, after.slice(1));
  const reads = command.stdin.kind === 'text' || command.stdin.kind === 'pipe' || command.stdin.kind === 'file';
  run.emit({ ...command, place: { ...command.place, privileged: true } }, [PRIVILEGE]);
  // A shell of another user that is fed commands runs them.
  if (reads) run.command({ ...command, words: [{ text: 'sh', dynamic: false, glob: false }], place, shell: undefined });
}

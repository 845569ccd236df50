/** Files that a setting, a variable or an option of another program starts: nobody looks for a program there. */
import type { Word } from '../../types.ts';
import { INHERITED, type Place, type Run } from '../run.ts';
import { isPlainProgram, isSystemFile } from './plain-programs.ts';

/** Follows source that `by` names, and says so when it begins with a file that is no part of the system. */
export function runNamed(run: Run, place: Place, source: Word, by: string): void {
  run.sourceWord(source, place, { stdin: INHERITED });
  const [program = ''] = source.text.trim().split(/\s/);
  const file = program.replace(/^['"]/, '').includes('/') && !source.dynamic;
  if (file && !isSystemFile(program) && !isPlainProgram(source.text)) run.opaque(place, `${program}, started by ${by}`);
}

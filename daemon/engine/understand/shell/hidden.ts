/** Substitutions that a shell runs when it calculates: in subscripts, also in ones that were quoted before. */
import { inside, INHERITED, type Place, type Run } from '../run.ts';
import type { ShellState } from './state.ts';

const SUBSTITUTION = /\$\(|`/;
/** `a[$(…)]` */
const SUBSCRIPT = /\w\[[^\]]*(?:\$\(|`)/;

/** Whether text is a name whose subscript holds a command. */
export function hidesCommand(text: string): boolean {
  return text.includes('[') && SUBSCRIPT.test(text);
}

/** Runs the substitutions in text that will be calculated. A here-document expands them whatever quotes are around. */
export function runHidden(run: Run, text: string, place: Place, state?: ShellState): void {
  if (!SUBSTITUTION.test(text)) return;
  let end = 'END';
  while (text.includes(end)) end += '_';
  run.source(`<<${end}\n${text}\n${end}\n`, inside(place, 'arithmetic'), { stdin: INHERITED, shell: state });
}

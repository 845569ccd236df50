/** Writes that take all the content a file had at once, as opposed to editing it. */
import type { EffectAttributes, Target } from '../../../protocol/effect.ts';
import type { ParsedOperation } from '../types.ts';
import type { Condition } from './entry.ts';
import { optionText } from './rules.ts';
import { isHarmlessDevice } from './writes.ts';

/** `emptied` when nothing worth having comes instead, `replaced` when another file does. */
export function overwrittenFrom(sources: readonly Target[]): EffectAttributes {
  const empty = sources.length > 0 && sources.every(({ name }) => isHarmlessDevice(name));
  return { overwrite: true, ...(empty ? { emptied: true } : { replaced: true }) };
}

/** Whether what an operation prints is nothing, so that a file it is written to ends up empty. */
export function printsNothing({ program, words }: ParsedOperation): boolean {
  const args = words.slice(1).map(({ text }) => text);
  switch (program) {
    case ':':
      return args.length === 0;
    case 'true':
      return true;
    case 'cat':
      return args.length > 0 && args.every((text) => text === '/dev/null');
    case 'echo':
      return args.every((text) => text === '' || text === '-n');
    case 'printf':
      return args.length > 0 && args.every((text) => text === '' || text === '%s');
    default:
      return false;
  }
}

export const readsNothing: Condition = ({ operation: { stdin } }) => {
  if (stdin.kind === 'file') return stdin.path.text === '/dev/null';
  return stdin.kind === 'pipe' && stdin.from !== undefined && printsNothing(stdin.from);
};

/** `truncate -s +1K` and `-s '>1K'` only let a file grow. */
export const truncates: Condition = (call) => !/^[+>%]/.test(optionText(call, 'size') ?? '');

/** Scripts of `sed` that leave no line. */
export function deletesAllLines(script: string): boolean {
  return /^(?:[01],\$|\/(?:\.\*?|\^|\$)?\/)?(?:d|Q)$|^1Q$/.test(script.replaceAll(/[\s;{}]/g, ''));
}

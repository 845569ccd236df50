/** `find -exec`, `fd -x`: a command for every file found, and the search itself. */
import type { Word } from '../../types.ts';
import { inside, type Command, type Place, type Run } from '../run.ts';
import { dynamicWord } from '../words.ts';

const FIND_ACTIONS = new Set(['-exec', '-execdir', '-ok', '-okdir']);

/** The search stays an operation: `-delete` is its own. */
export function runFind(run: Run, command: Command, name: string): void {
  const search = run.emit(command);
  const { words } = command;
  for (let index = 1; index < words.length; index++) {
    if (!FIND_ACTIONS.has(words[index]?.text ?? '')) continue;
    const end = words.findIndex((word, at) => at > index && endsAction(words, at, word));
    const inner = words.slice(index + 1, end < 0 ? undefined : end);
    runForEach(run, command, inner, {
      ...itemPlace(command.place, name),
      items: { of: search, at: index, split: false },
    });
    if (end < 0) return;
    index = end;
  }
}

function endsAction(words: readonly Word[], at: number, word: Word): boolean {
  return word.text === ';' || (word.text === '+' && words[at - 1]?.text === '{}');
}

/** Inside, `{}` stands for a file nobody knows yet, also within source text. */
export function itemPlace(place: Place, name: string): Place {
  return inside(place, name, { holes: [...place.holes, '{}'] });
}

export function runForEach(run: Run, command: Command, words: readonly Word[], place: Place): void {
  if (words.length === 0) return;
  const marked = words.map((word) => (word.text.includes('{}') && word.text.length < 64 && !/\s/.test(word.text) ? { ...word, dynamic: true } : word)); // prettier-ignore
  run.command({ words: marked, redirects: [], stdin: command.stdin, place, shell: undefined });
}

const FD_PLACEHOLDER = /\{(?:\/|\/\/|\.|\/\.)?\}/;
const FD_ACTIONS = new Set(['-x', '-X', '--exec', '--exec-batch']);

/** `fd` appends the file when no placeholder is given. */
export function runFd(run: Run, command: Command, name: string): void {
  run.emit(command);
  const { words } = command;
  const start = words.findIndex((word) => FD_ACTIONS.has(word.text) || /^--exec(?:-batch)?=/.test(word.text));
  if (start < 0) return;
  const attached = words[start]?.text.split('=')[1];
  const first = attached === undefined ? [] : [{ text: attached, dynamic: false, glob: false }];
  const end = words.findIndex((word, at) => at > start && word.text === ';');
  const inner = [...first, ...words.slice(start + 1, end < 0 ? undefined : end)];
  const placed = inner.some((word) => FD_PLACEHOLDER.test(word.text));
  const normal = inner.map((word) => (FD_PLACEHOLDER.test(word.text) ? { ...word, dynamic: true } : word));
  runForEach(run, command, placed ? normal : [...normal, dynamicWord('{}')], itemPlace(command.place, name));
}

/** `xargs` and `parallel`: a command with arguments from standard input or a list. */
import type { Items, StdinSource, Word } from '../../types.ts';
import { inside, type Command, type Run } from '../run.ts';
import { namesLock } from '../guard-names.ts';
import { staticInput } from '../shell/output.ts';
import { dynamicWord, joinWords, staticWord } from '../words.ts';
import { itemPlace } from './find.ts';
import { readOptions } from './options.ts';

const XARGS = { short: 'aEILnPsdJRS', long: ['arg-file', 'delimiter', 'max-procs', 'max-args', 'max-chars', 'process-slot-var'] }; // prettier-ignore

/** The most arguments that are taken over one by one. */
const MAX_ITEMS = 256;

/** Static input becomes arguments; otherwise one argument that nobody knows. */
export function runXargs(run: Run, command: Command, name: string): void {
  const { words, place, stdin } = command;
  const options = readOptions(words, 1, XARGS);
  const inner = words.slice(options.next);
  const replaced = options.given.get('I')?.text ?? options.given.get('replace')?.text ?? (options.given.has('i') || options.given.has('replace') ? '{}' : undefined); // prettier-ignore
  const items = options.given.has('a') || options.given.has('arg-file') ? undefined : staticItems(run, command, separatorOf(options.given), replaced !== undefined); // prettier-ignore
  const words0 = inner.length > 0 ? inner : [staticWord('echo')];
  if (replaced === undefined) {
    const added = items ?? [dynamicWord('{}')];
    return run.command({ words: [...words0, ...added], redirects: command.redirects, stdin: { kind: 'inherited', stdin: 'null' }, place: { ...inside(place, name), items: printed(stdin, options.given) }, shell: undefined }); // prettier-ignore
  }
  if (items === undefined) return runReplaced(run, { ...command, place: { ...place, items: printed(stdin, new Map()) } }, words0, name, replaced); // prettier-ignore
  for (const item of items) {
    const filled = words0.map((word) => ({ ...word, text: word.text.replaceAll(replaced, item.text) }));
    run.command({ words: filled, redirects: [], stdin, place: inside(place, name), shell: undefined });
  }
}

/** With \0 or one character between them items are as they were printed. */
function printed(stdin: StdinSource, given: ReadonlyMap<string, unknown>): Items | undefined {
  if (stdin.kind !== 'pipe' || stdin.from === undefined) return undefined;
  return { of: stdin.from, split: !['0', 'null', 'd', 'delimiter'].some((option) => given.has(option)) };
}

function runReplaced(run: Run, command: Command, inner: readonly Word[], name: string, mark: string): void {
  const base = itemPlace(command.place, name);
  const place = mark === '{}' || mark === '' ? base : { ...base, holes: [...base.holes, mark] };
  // A word that is only the mark is unknown as a whole; in source text the hole is found after parsing.
  const words = inner.map((word) => (mark !== '' && word.text.includes(mark) && !/\s/.test(word.text) ? { ...word, dynamic: true } : word)); // prettier-ignore
  run.command({ words, redirects: command.redirects, stdin: { kind: 'inherited', stdin: 'null' }, place, shell: undefined }); // prettier-ignore
}

/** With `-0` blanks are parts of the items. */
function separatorOf(given: ReadonlyMap<string, Word | undefined>): string | undefined {
  if (given.has('0') || given.has('null')) return '\0';
  return given.get('d')?.text ?? given.get('delimiter')?.text;
}

function staticItems(
  run: Run,
  command: Command,
  delimiter: string | undefined,
  byLine: boolean,
): readonly Word[] | undefined {
  const origin = command.stdin.kind === 'pipe' ? command.stdin.from?.argv.join(' ') : undefined;
  if (origin !== undefined && namesLock(origin)) return [dynamicWord(`$(${origin})`)];
  const mark = run.operations.length;
  const text = staticInput(run, { stdin: command.stdin, cwd: command.place.cwd, remote: command.place.remote });
  // A list that could not be looked at is one argument nobody knows, and is judged as that.
  if (text === undefined) run.backTo(mark);
  if (text === undefined || /["'\\]/.test(text)) return undefined;
  const separator = delimiter ?? (byLine ? '\n' : /[\s\0]+/);
  const items = text.split(separator).filter((item) => item.trim() !== '');
  return items.length > MAX_ITEMS ? undefined : items.map((item) => staticWord(item.trim()));
}

function fill(source: string, filler: string): string {
  return source.includes('{}') ? source.replaceAll('{}', filler) : `${source} ${filler}`;
}

function filledWords(words: readonly Word[], filler: string): readonly Word[] {
  const marked = words.some(({ text }) => text.includes('{}'));
  const filled = words.map((word) => ({ ...word, text: word.text.replaceAll('{}', filler) }));
  return marked ? filled : [...filled, staticWord(filler)];
}

const PARALLEL = { short: 'jJNnLlISaPCdEs', long: ['jobs', 'max-args', 'max-replace-args', 'arg-file', 'colsep', 'delay', 'timeout', 'retries', 'joblog', 'results', 'sshlogin', 'tmpdir', 'workdir', 'halt', 'delimiter', 'tagstring'] }; // prettier-ignore

/** GNU parallel joins its words for a shell; arguments follow `:::` or come from standard input. */
export function runParallel(run: Run, command: Command, name: string): void {
  const { words, stdin } = command;
  const { next } = readOptions(words, 1, PARALLEL);
  const marker = words.findIndex((word, index) => index >= next && word.text.startsWith(':::'));
  const inner = words.slice(next, marker < 0 ? undefined : marker);
  const place = itemPlace(command.place, name);
  const items = marker < 0 ? undefined : words.slice(marker + 1);
  if (inner.length === 0) {
    // Without a command each argument is one.
    if (items === undefined) return run.command({ ...command, words: [staticWord('sh')], place, shell: undefined });
    for (const item of items) run.sourceWord(item, place, { stdin });
    return;
  }
  const source = joinWords(inner).text;
  const known = items !== undefined && marker >= 0 && words[marker]?.text === ':::' && !items.some((item) => item.dynamic || item.text.startsWith(':::')); // prettier-ignore
  const fillers = known ? items.map((item) => item.text) : ['{}'];
  const whole = inner.some(({ text }) => /\s/.test(text));
  for (const filler of fillers.slice(0, MAX_ITEMS)) {
    const at = known ? inside(command.place, name) : place;
    const filled = fill(
      source,
      known && /[^\w./:@%+,-]/.test(filler) ? `'${filler.replaceAll("'", String.raw`'\''`)}'` : filler,
    );
    run.sourceWord({ ...joinWords(inner), text: filled }, at, { stdin });
    // Other programs of this name, and this one with `-q`, leave the words as they are.
    if (whole) run.command({ words: filledWords(inner, filler), redirects: [], stdin, place: at, shell: undefined });
  }
}

/** Editors, pagers and debuggers that are told to start a shell command. */
import type { Word } from '../../types.ts';
import { inside, INHERITED, opaqueEffect, type Command, type Run } from '../run.ts';
import { staticInput } from '../shell/output.ts';

/** `less +!CMD` and `more +!CMD`. */
export function runPager(run: Run, command: Command, name: string): void {
  run.emit(command);
  for (const word of command.words.slice(1)) {
    const text = /^\+{1,2}(?:[^!|]*)[!|#](.*)$/s.exec(word.text)?.[1];
    if (text) runText(run, command, name, word, text);
  }
}

/** `vim +!CMD`, `-c ':!CMD'`, `--cmd '…'`; other commands of the editor are judged by the catalog. */
export function runVim(run: Run, command: Command, name: string): void {
  const { words } = command;
  const given = words.flatMap((word, index): readonly Word[] => {
    if (word.text.startsWith('+')) return [{ ...word, text: word.text.slice(1) }];
    const next = words[index + 1];
    return (word.text === '-c' || word.text === '--cmd') && next ? [next] : [];
  });
  const scripted = given.some(({ text }) => /\b(?:system|systemlist|job_start|jobstart|termopen|execute|exe|lua|luado|python\w*|py\w*|perl|ruby|delete|terminal|term|source|so)\b/.test(text)); // prettier-ignore
  run.emit(command, scripted ? [opaqueEffect('commands of an editor')] : []);
  for (const word of given) {
    const text = /^[\s:]*(?:silent!?\s+|sil!?\s+)?(?:[\d,$.%]*\s*(?:r|w|read|write)?\s*)?!+\s*(.+)$/s.exec(word.text)?.[1]; // prettier-ignore
    if (text) runText(run, command, name, word, text);
  }
  // Otherwise what comes in is text to edit.
  if (name === 'ex' || words.some(({ text }) => /^-[a-zA-Z]*[eEs]/.test(text))) runFed(run, command, name);
}

export function runEd(run: Run, command: Command, name: string): void {
  run.emit(command);
  runFed(run, command, name);
}

/** Lines on standard input that begin with `!`, or read from and write to a command. */
function runFed(run: Run, command: Command, name: string): void {
  const { stdin, place } = command;
  if (stdin.kind === 'inherited') return;
  const text = staticInput(run, { stdin, cwd: place.cwd, remote: place.remote });
  if (text === undefined) return run.opaque(place, 'commands of an editor from standard input');
  for (const line of text.split('\n')) {
    const source = /^[\s:]*(?:[\d,$.%]*\s*[rwe]?\s*)?!(.+)$/.exec(line)?.[1];
    if (source !== undefined) run.source(source, inside(place, name), { stdin: INHERITED });
  }
}

/** Expressions of emacs that cannot reach a shell or a file. */
const CALM_LISP = /^\(?(?:message|princ|print|emacs-version|setq|require|package-refresh-contents|org-[\w-]+)\b/;

/** `emacs --batch --eval '(shell-command "…")'`. */
export function runEmacs(run: Run, command: Command, name: string): void {
  const values = optionValues(command.words, ['--eval', '-eval', '--execute', '-execute', '--load', '-l', '--script', '-f', '--funcall']); // prettier-ignore
  const seen: [Word, string][] = [];
  let opaque = false;
  for (const word of values) {
    const texts = [
      ...word.text.matchAll(/\((?:shell-command(?:-to-string)?|async-shell-command)\s+"((?:[^"\\]|\\.)*)"/g),
    ];
    for (const [, text] of texts) seen.push([word, (text ?? '').replaceAll(/\\(.)/g, '$1')]);
    if (texts.length === 0 && !CALM_LISP.test(word.text)) opaque = true;
  }
  run.emit(command, opaque ? [opaqueEffect('a program for an editor')] : []);
  for (const [word, text] of seen) runText(run, command, name, word, text);
}

/** `gdb -ex 'shell CMD'`; its other commands look at a program, or run python. */
export function runGdb(run: Run, command: Command, name: string): void {
  const values = optionValues(command.words, ['-ex', '--ex', '-eval-command', '--eval-command', '-iex', '-o', '-O']);
  const opaque = values.some(({ text }) => /^\s*(?:python|py|pi|guile|source|script|platform shell|call\s+\(?\w*\)?\s*system)\b/.test(text)); // prettier-ignore
  run.emit(command, opaque ? [opaqueEffect('a program for a debugger')] : []);
  for (const word of values) {
    const text = /^\s*(?:shell\s+|make\s+|!\s*|pipe\s+[^|]*\|\s*)(.+)$/s.exec(word.text)?.[1];
    if (text) runText(run, command, name, word, text);
  }
}

/** `expect -c 'spawn CMD; …'`. */
export function runExpect(run: Run, command: Command, name: string): void {
  const scripts = optionValues(command.words, ['-c']);
  run.emit(command);
  for (const word of scripts) {
    const texts = [...word.text.matchAll(/(?:^|[;\n[{])\s*(?:spawn|exec|system)\s+(?:-\w+\s+)*([^;\n\]}]+)/g)];
    for (const [, text] of texts) runText(run, command, name, word, text ?? '');
    if (texts.length === 0) run.opaque(command.place, 'a program of expect');
  }
}

function optionValues(words: readonly Word[], options: readonly string[]): readonly Word[] {
  return words.flatMap((word, index) => {
    const next = words[index + 1];
    if (options.includes(word.text)) return next ? [next] : [];
    const option = options.find((name) => word.text.startsWith(`${name}=`));
    return option === undefined ? [] : [{ ...word, text: word.text.slice(option.length + 1) }];
  });
}

function runText(run: Run, command: Command, name: string, word: Word, text: string): void {
  run.sourceWord({ ...word, text }, inside(command.place, name), { stdin: INHERITED });
}

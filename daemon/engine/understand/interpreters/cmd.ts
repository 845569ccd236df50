/** `cmd.exe /c …`: its commands, one after the other, with their redirections and the folder they change to. */
import type { Redirect, Word } from '../../types.ts';
import { resolvePath, UNKNOWN_CWD } from '../paths.ts';
import { inside, INHERITED, type Command, type Run } from '../run.ts';
import { staticWord } from '../words.ts';

export function runCmd(run: Run, command: Command, name: string): void {
  const at = command.words.findIndex(({ text }) => /^\/[ckr]$/i.test(text));
  if (at < 0) return void run.emit(command);
  const rest = command.words.slice(at + 1);
  const unknown = rest.some((word) => word.dynamic && word.redacted !== true);
  const reader = { run, base: { ...command, redirects: [], stdin: INHERITED, shell: undefined, place: inside(command.place, name) }, unknown }; // prettier-ignore
  runLines(reader, rest.map(({ text }) => text).join(' '));
}

type Reader = { readonly run: Run; readonly base: Command; readonly unknown: boolean };

/** Windows allows a command line of 8,191 characters; what is longer does not run. */
const MAX_LINE = 8192;

function runLines({ run, base, unknown }: Reader, source: string): void {
  let { cwd } = base.place;
  if (source.length > MAX_LINE) return run.opaque(base.place, 'a command line that is too long');
  for (const text of commandsOf(source)) {
    const { words, redirects } = readWords(text, unknown);
    if (words.length > MAX_WORDS) return run.opaque(base.place, 'a command of too many words');
    const [first, ...rest] = unwrapped(words);
    if (first === undefined) continue;
    if (/^(?:cd|chdir|pushd)$/i.test(first.text)) {
      const to = rest.find(({ text: word }) => !/^\/d$/i.test(word));
      if (to !== undefined) cwd = to.dynamic ? UNKNOWN_CWD : (resolvePath(cwd, to.text.replaceAll('\\', '/')) ?? UNKNOWN_CWD); // prettier-ignore
      continue;
    }
    const program = { ...first, text: first.text.replaceAll('\\', '/').replace(/\.(?:exe|com)$/i, '').toLowerCase() }; // prettier-ignore
    run.command({ ...base, place: { ...base.place, cwd }, words: [program, ...rest], redirects });
  }
}

/** Splits at `&`, `|` and brackets that stand outside quotes; a caret takes the meaning of what follows it. */
function commandsOf(source: string): readonly string[] {
  const commands: string[] = [];
  let text = '';
  let quoted = false;
  // `cmd /c "del x"`: the quotes around the whole are taken off.
  const line = /^"[^"]*"$/.test(source.trim()) ? source.trim().slice(1, -1) : source;
  for (let index = 0; index < line.length; index++) {
    const char = line.charAt(index);
    if (char === '"') quoted = !quoted;
    if (char === '^' && !quoted) text += line.charAt(++index);
    else if (!quoted && /[&|\n\r()]/.test(char)) {
      commands.push(text);
      text = '';
    } else text += char;
  }
  return [...commands, text].map((part) => part.trim()).filter((part) => part !== '');
}

function readWords(
  text: string,
  unknown: boolean,
): { readonly words: readonly Word[]; readonly redirects: readonly Redirect[] } {
  // prettier-ignore
  const redirects: Redirect[] = [];
  const plain = text.replace(/(?:^|\s)(\d?)(>>?|<)\s*("[^"]*"|[^\s"<>]+)/g, (_, fd: string, op: '>' | '>>' | '<', target: string) => {
    if (!/^(?:nul|&\d)$/i.test(target)) redirects.push({ op, fd: fd === '' ? (op === '<' ? 0 : 1) : Number(fd), target: wordOf(target.replaceAll('"', '').replaceAll('\\', '/'), unknown) });
    return ' ';
  }); // prettier-ignore
  const words = [...plain.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) => wordOf(word.replaceAll('"', ''), unknown));
  return { words, redirects };
}

function wordOf(text: string, unknown: boolean): Word {
  const dynamic = unknown || /%[^%\s]+%|%%?[a-z]\b|!\w+!/i.test(text);
  return dynamic ? { text, dynamic, glob: false } : { ...staticWord(text), glob: /[*?]/.test(text) };
}

/** More words before a command than this are no command line of anybody. */
const MAX_WORDS = 512;

/** `@echo off`, `call x`, `if exist x del x`, `for %i in (…) do del %i`, `start "" x`. */
function unwrapped(words: readonly Word[]): readonly Word[] {
  const [first, ...rest] = words;
  if (first === undefined) return [];
  const name = first.text.replace(/^@/, '').toLowerCase();
  if (name === 'call' || name === 'else' || name === 'do') return unwrapped(rest);
  if (name === 'if') return unwrapped(rest.slice(conditionLength(rest)));
  if (name === 'for') return unwrapped(rest.slice(rest.findIndex(({ text }) => /^do$/i.test(text)) + 1 || rest.length));
  if (name === 'start') return unwrapped(rest.filter(({ text }, index) => !(index === 0 && (text === '' || /\s/.test(text))) && !/^\/(?:b|wait|min|max|i|low|high)$/i.test(text))); // prettier-ignore
  return [{ ...first, text: first.text.replace(/^@/, '') }, ...rest];
}

function conditionLength(words: readonly Word[]): number {
  const start = /^\/i$/i.test(words[0]?.text ?? '') ? 1 : 0;
  const not = /^not$/i.test(words[start]?.text ?? '') ? start + 1 : start;
  return not + (/^(?:exist|defined|errorlevel)$/i.test(words[not]?.text ?? '') ? 2 : (words[not]?.text ?? '').includes('==') ? 1 : 3); // prettier-ignore
}

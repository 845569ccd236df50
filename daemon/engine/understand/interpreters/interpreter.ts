/** Interpreters: one-liners are scanned by pattern, scripts are code of the project, pipes are opaque. */
import type { EffectDraft, ParsedOperation, Word } from '../../types.ts';
import { codeRunEffect, inside, opaqueEffect, type Command, type Run } from '../run.ts';
import { ownEntry } from '../own-entry.ts';
import { resolvePath } from '../paths.ts';
import { readText, staticInput } from '../shell/output.ts';
import { staticWord } from '../words.ts';
import { writtenBefore } from '../written.ts';
import { scanSource } from './scan.ts';
import { wordTarget } from './targets.ts';
import { INTERPRETERS, type InterpreterSpec, type Language, unversioned } from './table.ts';

type Program =
  | { readonly kind: 'inline'; readonly sources: readonly Word[] }
  | { readonly kind: 'file'; readonly file: Word }
  | { readonly kind: 'module' | 'inert' | 'stdin' };

export function runInterpreter(run: Run, command: Command, name: string): void {
  const spec = INTERPRETERS[unversioned(name)];
  if (spec === undefined) return void run.emit(command);
  const program = findProgram(command.words, spec);
  switch (program.kind) {
    case 'inert':
      return void run.emit(command);
    case 'module':
      return void run.emit(command, [codeRunEffect(name)]);
    case 'file':
      return runScript(run, command, spec, program.file);
    case 'inline':
      return runInline(run, command, name, spec.language, program.sources);
    case 'stdin':
      return runStdin(run, command, name, spec);
  }
}

const INERT = new Set(['--version', '-V', '-v', '-h', '--help', '-version']);

function findProgram(words: readonly Word[], spec: InterpreterSpec): Program {
  if (words.length === 2 && INERT.has(words[1]?.text ?? '')) return { kind: 'inert' };
  if (spec.inlineVerb !== undefined && words[1]?.text === spec.inlineVerb) return { kind: 'inline', sources: words.slice(2) }; // prettier-ignore
  const sources: Word[] = [];
  for (let index = firstArgument(words, spec); index < words.length; index++) {
    const word = words[index];
    if (word === undefined) break;
    const source = inlineSource(word, words[index + 1], spec);
    if (source) {
      sources.push(source.word);
      index += source.used - 1;
      // Python's words after -c are arguments; perl and ruby may have several -e.
      if (spec.language === 'python') break;
    } else if (spec.values?.includes(word.text) && !isProgramFile(word, spec)) index++;
    else {
      const program = sources.length === 0 || word.text.startsWith('-') ? plainProgram(word, spec) : 'other';
      if (program === 'other') break;
      if (program !== 'option') return program;
    }
  }
  return sources.length > 0 ? { kind: 'inline', sources } : { kind: 'stdin' };
}

function firstArgument([, verb]: readonly Word[], { fileVerbs = [] }: InterpreterSpec): number {
  return verb !== undefined && fileVerbs.includes(verb.text) ? 2 : 1;
}

/** `awk -f FILE`: the program is in a file. */
function isProgramFile(word: Word, spec: InterpreterSpec): boolean {
  return spec.programFirst === true && (word.text === '-f' || word.text === '--file');
}

/** What a word says that holds no program itself. */
function plainProgram(word: Word, spec: InterpreterSpec): Program | 'option' {
  if (isProgramFile(word, spec) || (spec.language === 'python' && word.text === '-m')) return { kind: 'module' };
  if (spec.modes?.includes(word.text.split('=')[0] ?? '') === true) return { kind: 'module' };
  if (word.text === '-') return { kind: 'stdin' };
  if (word.text.startsWith('-') && word.text.length > 1) return 'option';
  return spec.programFirst ? { kind: 'inline', sources: [word] } : { kind: 'file', file: word };
}

/** `-c CODE`, `-ne CODE` and `-eCODE`, `--eval=CODE`. */
function inlineSource(
  word: Word,
  next: Word | undefined,
  spec: InterpreterSpec,
): { readonly word: Word; readonly used: number } | undefined {
  for (const option of spec.inline) {
    if (word.text === option) return next && { word: next, used: 2 };
    if (option.startsWith('--')) {
      if (word.text.startsWith(`${option}=`)) return { word: { ...word, text: word.text.slice(option.length + 1) }, used: 1 }; // prettier-ignore
      continue;
    }
    if (spec.programFirst || option.length !== 2 || word.text.startsWith('--')) continue;
    const letter = option.slice(1);
    const cluster = new RegExp(`^-[a-zA-Z0]*?${letter}(.*)$`, 's').exec(word.text);
    // Letters before it must be flags, so that `-Ifoo/e` or `-rname` is no program.
    if (!cluster || /^-[IrMmCFdWXVi]/.test(word.text)) {
      if (!/^-i[.\w]*e$/.test(word.text) || letter !== 'e') continue;
      return next && { word: next, used: 2 };
    }
    if (cluster[1] === '') return next && { word: next, used: 2 };
    return { word: { ...word, text: cluster[1] ?? '' }, used: 1 };
  }
  return undefined;
}

function runScript(run: Run, command: Command, spec: InterpreterSpec, file: Word): void {
  if (/^\/(?:dev\/(?:stdin|fd\/0)|proc\/self\/fd\/0)$/.test(file.text)) return runStdin(run, command, spec.language, spec); // prettier-ignore
  if (file.text.startsWith('<(') || /^https?:\/\//.test(file.text))
    return void run.emit(command, [opaqueEffect('a program from elsewhere', { piped: true })]);
  const rest = command.words.slice(command.words.indexOf(file) + 1);
  // `deno run npm:NAME` is what `npx NAME` is.
  if (/^(?:npm|jsr):/.test(file.text)) return run.command({ ...command, words: [staticWord('npx'), { ...file, text: file.text.slice('npm:'.length) }, ...rest], place: inside(command.place, spec.language), shell: undefined }); // prettier-ignore
  const guard = ownEntry(run, command, file, rest[0]?.text);
  if (guard === 'own') return run.command({ ...command, words: [staticWord('countersign'), ...rest], place: inside(command.place, spec.language), shell: undefined }); // prettier-ignore
  if (guard === 'maybe') return void run.emit(command, [opaqueEffect(file.text)]);
  // A script the action writes first is no code of the project: it is read like a one-liner.
  const path = resolvePath(command.place.cwd, file.text);
  const written = path !== undefined && writtenBefore(run.operations, path).kind === 'output';
  const text = written ? readText(run, command.place, file) : undefined;
  if (text?.kind === 'known') return runInline(run, command, spec.language, spec.language, [staticWord(text.text)]);
  run.emit(command, [codeRunEffect(file.text)]);
}

/** The only file that a `cat` without options prints. */
function printedFile(from: ParsedOperation | undefined): Word | undefined {
  const [, file, ...others] = from?.words ?? [];
  if (from?.program !== 'cat' || from.remote !== undefined || from.redirects.length > 0 || others.length > 0) return undefined; // prettier-ignore
  if (file === undefined || file.dynamic || file.glob || file.text.startsWith('-')) return undefined;
  const path = resolvePath(from.cwd, file.text);
  return path === undefined || /^\/(?:dev|proc|sys)\//.test(path) ? undefined : staticWord(path);
}

function runStdin(run: Run, command: Command, name: string, spec: InterpreterSpec): void {
  const { stdin, place } = command;
  if (spec.programFirst) return void run.emit(command);
  if (stdin.kind === 'text') return runInline(run, command, name, spec.language, [stdin.text]);
  const text = staticInput(run, { stdin, cwd: place.cwd, remote: place.remote });
  if (text !== undefined) return runInline(run, command, name, spec.language, [{ text, dynamic: false, glob: false }]);
  const file = stdin.kind === 'pipe' ? printedFile(stdin.from) : undefined;
  // `cat FILE | python` is `python FILE`.
  if (file !== undefined && stdin.kind === 'pipe') return runScript(run, { ...command, words: [...command.words.slice(0, 1), file], stdin: { kind: 'inherited', stdin: 'null' } }, spec, file); // prettier-ignore
  if (stdin.kind === 'file' && !stdin.path.dynamic) return void run.emit(command, [codeRunEffect(stdin.path.text)]);
  if (stdin.kind === 'inherited' && stdin.stdin !== 'pipe' && stdin.stdin !== 'unknown' && stdin.stdin !== 'file') {
    return void run.emit(command);
  }
  const piped = stdin.kind === 'pipe' || (stdin.kind === 'inherited' && stdin.stdin === 'pipe');
  run.emit(command, [opaqueEffect('a program from standard input', piped ? { piped } : {})]);
}

function runInline(run: Run, command: Command, name: string, language: Language, sources: readonly Word[]): void {
  const source = sources.map((word) => word.text).join('\n');
  const assembled = sources.some((word) => word.dynamic);
  const seen = assembled ? { ...command.place, holes: [...command.place.holes, '$', '`'] } : command.place;
  const found = scanSource(run, source, language, seen);
  // A program that is one unknown word is not readable at all.
  const unseen = sources.some((word) => word.dynamic && /^\{\}$|^\s*["']?(?:\$[\w({]|`)[^;]*$/.test(word.text));
  const guard = guardEffects(source);
  const opaque = unseen ? [opaqueEffect('a program made at run time')] : [];
  const calm =
    found.effects.length === 0 && guard.length === 0 && opaque.length === 0 && language !== 'awk'
      ? [codeRunEffect(name)]
      : [];
  run.emit(command, [...found.effects, ...guard, ...opaque, ...editInPlace(command, language), ...calm]);
  const place = inside(seen, name);
  for (const text of found.sources) run.source(text, place, { stdin: command.stdin });
  for (const words of found.commands)
    run.command({ words, redirects: [], stdin: command.stdin, place, shell: undefined });
}

/** A program that speaks of Countersign's sockets or its lock may say anything to it. */
function guardEffects(source: string): readonly EffectDraft[] {
  if (!/\b(?:agent|control)\.sock\b|\bdaemon\.lock\b/.test(source)) return [];
  if (!/countersign|\bcontrol\.sock\b/i.test(source))
    return [opaqueEffect('a program that uses the socket of an agent')];
  return [{ kind: 'guard.tamper', targets: [{ kind: 'resource', name: 'the socket of Countersign' }], attributes: {} }];
}

/** `perl -pi -e …` and `ruby -i` rewrite the files they are given. */
function editInPlace(command: Command, language: Language): readonly EffectDraft[] {
  if (language !== 'perl' && language !== 'ruby') return [];
  const { words, place } = command;
  const flag = words.findIndex((word) => /^-[acFlnpsw0]*i/.test(word.text));
  if (flag < 0) return [];
  const files = words.slice(flag + 1).filter((word, index, rest) => !word.text.startsWith('-') && !/^-\w*[eE]$/.test(rest[index - 1]?.text ?? words[flag]?.text ?? '')); // prettier-ignore
  const targets = files.map((word) => wordTarget(place, word));
  return [{ kind: 'file.write', targets, attributes: { overwrite: true } }];
}

/** Decides what a command is: a builtin, something that runs other commands, or a program of its own. */
import { builtinNamed } from './builtins.ts';
import type { Word } from '../types.ts';
import { ownEntry } from './own-entry.ts';
import { resolvePath } from './paths.ts';
import { inside, INHERITED, opaqueEffect, type Command, type Run } from './run.ts';
import { readText } from './shell/output.ts';
import { writtenBefore } from './written.ts';
import { unversioned } from './interpreters/table.ts';
import { emitUnknown } from './unknown-program.ts';
import { programName, staticWord } from './words.ts';
import { HANDLERS } from './wrappers/handlers.ts';
import { withOptionVariables } from './wrappers/option-variables.ts';
import { peel } from './wrappers/peel.ts';
import { WRAPPERS } from './wrappers/table.ts';
import { programVariableEffects } from './wrappers/variables.ts';

export function runCommand(run: Run, command: Command): void {
  const [first] = command.words;
  if (first === undefined) {
    // Alone in a shell it empties the file; around a group the commands in there write to it.
    const words = command.shell === undefined ? [':', 'group'] : [':'];
    if (command.redirects.length > 0) run.emit({ ...command, words: words.map(staticWord) });
    return;
  }
  const name = programName(first);
  // A folder is no program.
  if (name === undefined) return void run.emit(command, first.text.endsWith('/') && first.text !== '/' && !first.dynamic && !first.glob ? [] : [opaqueEffect(`program ${first.text}`)]); // prettier-ignore
  if (command.shell !== undefined) {
    const builtin = builtinNamed(first.text);
    if (builtin) return builtin(run, command, command.shell);
  }
  const mark = run.operations.length;
  if (REPEATS.has(name)) run.loosely(() => runProgram(run, command, name));
  else runProgram(run, command, name);
  if (command.redirects.length > 0) keepRedirects(run, command, mark);
}

/** These run what they are given again and again, or several at a time. */
const REPEATS = new Set(['find', 'gfind', 'bfs', 'fd', 'fdfind', 'xargs', 'gxargs', 'parallel', 'watch', 'entr', 'watchexec', 'nodemon']); // prettier-ignore

function runProgram(run: Run, command: Command, name: string): void {
  programVariableEffects(run, command.place, name);
  const handler = HANDLERS[name] ?? HANDLERS[unversioned(name)];
  if (handler) return handler(run, withOptionVariables(run, command, name), name);
  const wrapper = WRAPPERS[name];
  if (wrapper) return peel(run, command, name, wrapper);
  const [program] = command.words;
  if (program?.text.includes('/') && (runOwn(run, command, program) || runScriptFile(run, command, program))) return;
  emitUnknown(run, command, name);
}

/** `./cli/bin.js trace erase` is `countersign trace erase`. */
function runOwn(run: Run, command: Command, program: Word): boolean {
  if (ownEntry(run, command, program, command.words[1]?.text) !== 'own') return false;
  run.emit({ ...command, words: [staticWord('countersign'), ...command.words.slice(1)] });
  return true;
}

/** A script run by its path: followed when its name says shell, or when this action wrote it. */
function runScriptFile(run: Run, command: Command, program: Word): boolean {
  const path = program.dynamic ? undefined : resolvePath(command.place.cwd, program.text);
  if (path === undefined || command.place.remote !== undefined) return false;
  const written = writtenBefore(run.operations, path).kind;
  if (written === 'untouched' && !/\.(?:sh|bash)$/.test(path)) return false;
  const text = readText(run, command.place, program);
  if (text.kind === 'changed') {
    run.emit(command, [opaqueEffect(`program ${program.text}, written a step before`)]);
    return true;
  }
  if (text.kind !== 'known') return false;
  const interpreter = /^#!\s*(?:\/\S*\/env\s+(?:-S\s+)?)?(\S+)/.exec(text.text)?.[1] ?? 'sh';
  run.command({ ...command, words: [staticWord(interpreter), ...command.words], place: inside(command.place, program.text), shell: undefined }); // prettier-ignore
  return true;
}

/** A wrapper that became other operations still opened its files: `bash -c '…' > important`. */
function keepRedirects(run: Run, command: Command, mark: number): void {
  const kept = run.operations.some((operation, index) => index >= mark && operation.redirects === command.redirects);
  if (!kept) run.emit({ ...command, words: [staticWord(':'), ...command.words.slice(0, 1)], stdin: INHERITED });
}

/** Shells: `-c SOURCE`, a script file, or source on standard input. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, opaqueEffect, type Command, type Run } from '../run.ts';
import { isDecoded, readText, staticInput } from '../shell/output.ts';
import { unreadScript } from '../unread-script.ts';

type ShellArguments = {
  readonly source: boolean;
  readonly stdin: boolean;
  readonly rest: readonly Word[];
  /** Nothing runs: `--version`, `-n`. */
  readonly inert: boolean;
  readonly startup: Word | undefined;
};

/** Options of shells whose value is the next word. */
const LONG_VALUES = new Set(['--rcfile', '--init-file']);

function readArguments(words: readonly Word[]): ShellArguments {
  let source = false;
  let stdin = false;
  let inert = false;
  let startup: Word | undefined;
  let index = 1;
  for (; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    if (text === '-' || text === '--') {
      index++;
      break;
    }
    if (!/^[-+]./.test(text)) break;
    if (LONG_VALUES.has(text)) startup = words[++index];
    else if (text.startsWith('--')) inert ||= text === '--version' || text === '--help';
    else {
      if (text.startsWith('-')) {
        source ||= text.includes('c');
        stdin ||= text.includes('s');
        inert ||= text.includes('n') && !text.includes('o');
      }
      // `-o pipefail` and `-eo pipefail`, also `+O extglob`.
      if (/[oO]$/.test(text)) index++;
    }
  }
  return { source, stdin, inert, startup, rest: words.slice(index) };
}

export function runShell(run: Run, command: Command, name: string): void {
  const args = readArguments(command.words);
  if (args.startup) runStartup(run, command, name, args.startup);
  if (args.source) return runInline(run, command, name, args.rest);
  if (args.inert) return void run.emit(command);
  const [file, ...positional] = args.rest;
  if (file !== undefined && !args.stdin) return runFile(run, command, name, file, positional);
  runStdin(run, command, name, args.rest);
}

function runInline(run: Run, command: Command, name: string, rest: readonly Word[]): void {
  const [source, , ...positional] = rest;
  // The shell asks for its argument and ends.
  if (source === undefined) return void run.emit(command);
  const place = inside(command.place, name);
  run.sourceWord(source, place, { stdin: command.stdin, positional });
}

function runStartup(run: Run, command: Command, name: string, file: Word): void {
  const text = readText(run, command.place, file);
  if (text.kind === 'known') run.source(text.text, inside(command.place, name), { stdin: command.stdin });
  else if (file.text !== '/dev/null') run.opaque(command.place, `start file ${file.text}`);
}

const STDIN_FILES = new Set(['/dev/stdin', '/proc/self/fd/0', '/dev/fd/0', '-']);

/** A script is judged by what it says; one that cannot be read is opaque. */
export function runFile(run: Run, command: Command, name: string, file: Word, positional: readonly Word[]): void {
  if (STDIN_FILES.has(file.text)) return runStdin(run, command, name, positional);
  const text = readText(run, command.place, file);
  if (text.kind !== 'known') {
    return void run.emit(command, [unreadScript(run, command, file, text)]);
  }
  run.emit(command, [codeRunEffect(file.text)]);
  run.source(text.text, inside(command.place, name), { stdin: command.stdin, positional });
}

/** Commands that come through standard input: static text is followed, anything else is opaque. */
function runStdin(run: Run, command: Command, name: string, positional: readonly Word[]): void {
  const { stdin, place } = command;
  if (stdin.kind === 'text') return run.sourceWord(stdin.text, inside(place, name), { stdin, positional });
  const text = staticInput(run, { stdin, cwd: place.cwd, remote: place.remote });
  if (text !== undefined) {
    // Readable after all, but who spells commands like that does not want them read.
    if (stdin.kind === 'pipe' && isDecoded(stdin.from)) run.opaque(place, 'commands in another spelling');
    return run.source(text, inside(place, name), { stdin, positional });
  }
  if (stdin.kind === 'inherited' && (stdin.stdin === 'tty' || stdin.stdin === 'null' || stdin.stdin === 'closed')) {
    return void run.emit(command);
  }
  const piped = stdin.kind === 'pipe' || (stdin.kind === 'inherited' && stdin.stdin === 'pipe');
  run.emit(command, [opaqueEffect('commands from standard input', piped ? { piped } : {})]);
}

/** `su [-] [USER] [-c SOURCE]` and `runuser`, whose options may follow the user. */
export function readSu(words: readonly Word[]): { source: Word | undefined; after: readonly Word[]; user: boolean } {
  let source: Word | undefined;
  let user = false;
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    if (text === '--') return { source, user, after: words.slice(index + 1) };
    if (text === '-c' || text === '--command' || text === '--session-command' || /^-[lmpP]+c$/.test(text))
      source = words[++index]; // prettier-ignore
    else if (text.startsWith('--command=')) source = word(words[index], text.slice('--command='.length));
    else if (/^-c./.test(text)) source = word(words[index], text.slice(2));
    else if (/^(?:-[sgGuw]|--(?:shell|group|supp-group|user|whitelist-environment))$/.test(text)) index++;
    else if (text !== '-' && !text.startsWith('-')) user = true;
  }
  return { source, user, after: [] };
}

function word(origin: Word | undefined, text: string): Word {
  return { text, dynamic: origin?.dynamic ?? false, glob: false };
}

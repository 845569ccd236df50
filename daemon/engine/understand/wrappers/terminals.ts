/** `tmux`, `screen` and their kin: a command that runs in a terminal of its own. */
import type { Word } from '../../types.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { inside, INHERITED, type Command, type Run } from '../run.ts';
import { changeFolder } from './folder.ts';
import { typedLines, typedText } from './typed-keys.ts';
import { readOptions, type OptionSpec } from './options.ts';

const GLOBAL: OptionSpec = { short: 'cfLST' };
const VERB: OptionSpec = { short: 'bcdeFhlnpsStTwxy' };
/** Flags of these would be taken for options with a value. */
const SESSION: OptionSpec = { short: 'cefFnstxy' };

const OPENS_SESSION = new Set(['new', 'new-session']);
const OPENS = new Set(['neww', 'new-window', 'splitw', 'split-window', 'respawnp', 'respawn-pane', 'respawnw', 'respawn-window', 'popup', 'display-popup', 'run', 'run-shell']); // prettier-ignore
const SPLITS = new Set(['splitw', 'split-window', 'neww', 'new-window', 'respawnp', 'respawn-pane', 'respawnw', 'respawn-window', 'run', 'run-shell']); // prettier-ignore

export function runTmux(run: Run, command: Command, name: string): void {
  const { words } = command;
  run.emit(command);
  const at = readOptions(words, 1, GLOBAL).next;
  const verb = words[at]?.text ?? '';
  if (verb === 'send' || verb === 'send-keys') return runTyped(run, command, name, words.slice(at + 1));
  if (!OPENS_SESSION.has(verb) && !OPENS.has(verb)) return;
  const spec = OPENS_SESSION.has(verb) ? SESSION : SPLITS.has(verb) ? { short: 'ceFlnptd'.replace(verb.startsWith('run') ? '' : 'd', '') } : VERB; // prettier-ignore
  const { given, next } = readOptions(words, at + 1, spec);
  runThere(run, command, name, words.slice(next), given.get('c'));
}

const SCREEN: OptionSpec = { short: 'cehpsStT' };

/** `screen -dm CMD ARGS`: the words are a command, and `-X stuff` types into another one. */
export function runScreen(run: Run, command: Command, name: string): void {
  run.emit(command);
  const { given, next } = readOptions(command.words, 1, SCREEN);
  const words = command.words.slice(next);
  if (given.has('X')) return words[0]?.text === 'stuff' ? runLines(run, command, name, typedText(words.slice(1))) : undefined; // prettier-ignore
  if (words.length > 0) run.command({ ...command, words, redirects: [], stdin: INHERITED, place: inside(command.place, name), shell: undefined }); // prettier-ignore
}

/** One word is source for a shell, several are a command. */
function runThere(run: Run, command: Command, name: string, words: readonly Word[], folder: Word | undefined): void {
  const place = inside(command.place, name, folder ? { cwd: changeFolder(command.place, folder) } : {});
  const [only] = words;
  if (only === undefined) return;
  if (words.length === 1) return run.sourceWord(only, place, { stdin: INHERITED });
  run.command({ ...command, words, redirects: [], stdin: INHERITED, place, shell: undefined });
}

const SEND: OptionSpec = { short: 'cNt' };

/** Keys typed into a terminal are judged as the lines a shell would read there, in whatever folder it stands. */
function runTyped(run: Run, command: Command, name: string, words: readonly Word[]): void {
  const { given, next } = readOptions(words, 0, SEND);
  // Copy mode has commands of its own, some of which pipe what is selected into a program.
  if (given.has('X')) return words.some(({ text }) => text.includes('pipe')) ? run.opaque(command.place, 'keys typed into a terminal') : undefined; // prettier-ignore
  const lines = given.has('H') ? undefined : typedLines(words.slice(next), given.has('l'));
  runLines(run, command, name, lines);
}

function runLines(run: Run, command: Command, name: string, lines: readonly Word[] | undefined): void {
  if (lines === undefined) return run.opaque(command.place, 'keys typed into a terminal');
  const place = inside(command.place, name, { cwd: UNKNOWN_CWD, env: {} });
  for (const line of lines) run.sourceWord(line, place, { stdin: INHERITED });
}

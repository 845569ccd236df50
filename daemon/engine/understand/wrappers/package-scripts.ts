/** `npm run NAME` and its kin: the script in package.json is read and followed. */
import type { Word } from '../../types.ts';
import { codeRunEffect, inside, INHERITED, type Command, type Place, type Run } from '../run.ts';
import { readText } from '../shell/output.ts';
import { staticWord } from '../words.ts';
import { changeFolder } from './folder.ts';
import { readOptions } from './options.ts';
import { runNamed } from './started-files.ts';
import { followPackage } from './package-runners.ts';

const OPTIONS = { short: 'wCF', long: ['prefix', 'workspace', 'cwd', 'dir', 'filter', 'loglevel', 'registry', 'userconfig', 'script-shell'] }; // prettier-ignore

/** Subcommands that are scripts by themselves. */
const SHORTHANDS = new Set(['test', 'start', 'stop', 'restart', 't', 'tst']);
const RUN_VERBS = new Set(['run', 'run-script', 'rum', 'urn']);

/** What yarn, pnpm and bun do themselves; any other word of theirs may be a script. */
const OWN_VERBS = new Set(`
add audit autoclean bin cache check config create dedupe dlx deploy doctor exec explain fetch generate-lock-entry global help import info init
install i ci link list login logout ls licenses node npm outdated owner pack patch patch-commit patch-remove plugin policies prune publish rb
rebuild remove rm root search set setup self-update server store tag team unlink unplug uninstall un up update upgrade upgrade-interactive
version versions view v whoami why workspace workspaces x pm unpublish deprecate dist-tag access token org profile adduser fund
`.trim().split(/\s+/)); // prettier-ignore

export function runPackageScript(run: Run, command: Command, name: string): void {
  const { words } = command;
  if (name === 'bun' && /^(?:-e|--eval|-p|--print)(?:=|$)/.test(words[1]?.text ?? '')) return run.command({ ...command, words: [staticWord('node'), ...words.slice(1)], place: inside(command.place, name), shell: undefined }); // prettier-ignore
  const options = readOptions(words, 1, OPTIONS);
  const folder = options.given.get('prefix') ?? options.given.get('cwd') ?? options.given.get('dir') ?? options.given.get('C'); // prettier-ignore
  const place = inside(command.place, name, folder ? { cwd: changeFolder(command.place, folder) } : {});
  const verb = words[options.next]?.text ?? '';
  for (const shell of scriptShells(words)) if (!PLAIN_SHELL.test(shell.text)) runNamed(run, place, shell, name);
  if (carries(verb, name)) return runExec(run, command, place, verb, options.next + 1); // prettier-ignore
  // Yarn's own door to the registry.
  if (verb === 'npm' && name === 'yarn') return run.command({ ...command, words: words.slice(options.next), place, shell: undefined }); // prettier-ignore
  if (verb === 'dlx') {
    run.emit(command);
    return followPackage(run, command, name, options.next + 1);
  }
  const script = scriptWord(words, options.next, name, verb);
  if (script === undefined) return void run.emit(command);
  run.emit(command, [codeRunEffect(script.word.text)]);
  if (script.word.text === 'countersign') return run.command({ ...command, words: words.slice(script.after - 1), place, shell: undefined }); // prettier-ignore
  followScript(run, place, script.word, words.slice(script.after));
}

const PLAIN_SHELL = /^(?:\/(?:usr\/)?bin\/)?(?:ba|da|z|k)?sh$/;

/** `--script-shell FILE` is handed every script. */
function scriptShells(words: readonly Word[]): readonly Word[] {
  const end = words.findIndex(({ text }) => text === '--');
  return words.slice(0, end < 0 ? undefined : end).flatMap((word, index): readonly Word[] => {
    const next = words[index + 1];
    if (word.text === '--script-shell') return next === undefined ? [] : [next];
    return word.text.startsWith('--script-shell=')
      ? [{ ...word, text: word.text.slice('--script-shell='.length) }]
      : [];
  });
}

function scriptWord(
  words: readonly Word[],
  at: number,
  name: string,
  verb: string,
): { word: Word; after: number } | undefined {
  if (RUN_VERBS.has(verb)) {
    const { next } = readOptions(words, at + 1, OPTIONS);
    const word = words[next];
    return word && { word, after: next + 1 };
  }
  const word = words[at];
  if (word === undefined || verb === '') return undefined;
  if (SHORTHANDS.has(verb)) return { word: verb === 't' || verb === 'tst' ? staticWord('test') : word, after: at + 1 };
  const other = name === 'npm' || OWN_VERBS.has(verb) || (name === 'bun' && (verb === 'build' || /[./]/.test(verb)));
  return other ? undefined : { word, after: at + 1 };
}

function carries(verb: string, name: string): boolean {
  return verb === 'exec' || verb === 'x' || verb === (name === 'npm' ? 'explore' : 'node');
}

/** `npm exec -- CMD`: the words are a command of the project's tools. */
function runExec(run: Run, command: Command, place: Place, verb: string, at: number): void {
  if (verb === 'explore') return runExplored(run, command, place, at);
  run.emit(command);
  const { given, next } = readOptions(command.words, at, { short: 'cpw', long: ['package', 'call', 'workspace'] });
  const source = given.get('c') ?? given.get('call');
  if (source) return run.sourceWord(source, place, { stdin: INHERITED });
  const words = command.words.slice(verb === 'node' ? at - 1 : next);
  if (words.length > 0) run.command({ ...command, words, place, shell: undefined });
}

/** `npm explore PACKAGE -- CMD` runs it in the package's folder. */
function runExplored(run: Run, command: Command, { cwd, ...place }: Place, at: number): void {
  run.emit(command);
  const folder = command.words[at];
  const words = command.words.slice(at + 1).filter(({ text }, index) => index > 0 || text !== '--');
  if (folder === undefined || words.length === 0) return;
  const inPackage = changeFolder({ cwd }, { ...folder, text: `node_modules/${folder.text}` });
  run.command({ ...command, words, place: { ...place, cwd: inPackage }, shell: undefined });
}

/** Folders above the current one that may hold the package.json. */
const MAX_PARENTS = 4;

function followScript(run: Run, place: Place, script: Word, rest: readonly Word[]): void {
  const scripts = readScripts(run, place);
  const extra = rest.filter((word) => word.text !== '--');
  // Without a script of that name it is the program.
  if (script.text === 'env' && typeof scripts?.['env'] !== 'string') return run.command({ words: [script, ...extra], redirects: [], stdin: INHERITED, place, shell: undefined }); // prettier-ignore
  if (scripts === undefined || script.dynamic) return;
  for (const name of [`pre${script.text}`, script.text, `post${script.text}`]) {
    const source = scripts[name];
    if (typeof source !== 'string') continue;
    const text = name === script.text ? [source, ...extra.map(quote)].join(' ') : source;
    run.sourceWord({ text, dynamic: extra.some((word) => word.dynamic), glob: false }, place, { stdin: INHERITED });
  }
}

function quote(word: Word): string {
  return word.dynamic ? word.text : `'${word.text.replaceAll("'", String.raw`'\''`)}'`;
}

function readScripts(run: Run, place: Place): Readonly<Record<string, unknown>> | undefined {
  let path = 'package.json';
  for (let above = 0; above <= MAX_PARENTS; above++, path = `../${path}`) {
    const text = readText(run, place, staticWord(path));
    if (text.kind === 'known') return scriptsOf(text.text);
    if (text.kind !== 'absent') return undefined;
  }
  return undefined;
}

function scriptsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    const scripts: unknown = isRecord(parsed) ? parsed['scripts'] : undefined;
    return isRecord(scripts) ? scripts : undefined;
  } catch {
    // A broken package.json runs no script.
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

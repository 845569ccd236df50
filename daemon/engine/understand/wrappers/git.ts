/** Git's ways to run other commands: aliases, configuration on the command line, and subcommands that take one. */
import type { EffectDraft, Word } from '../../types.ts';
import { inside, INHERITED, opaqueEffect, type Command, type Place, type Run } from '../run.ts';
import { UNKNOWN_CWD } from '../paths.ts';
import { dynamicWord, joinWords, staticWord } from '../words.ts';
import { changeFolder } from './folder.ts';
import { gitEnvironment, type Setting } from './git-environment.ts';
import { GIT_BUILTINS } from './git-names.ts';
import { isSystemFile, isUnseen } from './plain-programs.ts';
import { skipsHooks } from './git-hooks.ts';
import { runNamed } from './started-files.ts';

export function runGit(run: Run, command: Command): void {
  const first = command.words[1]?.text ?? '';
  // Nearly every call: a known subcommand at once, and none that runs commands.
  const direct = GIT_BUILTINS.has(first);
  const written = direct ? NO_GLOBALS : readGlobals(command.words, command.place);
  const { settings, trace } = gitEnvironment(run, command.place, command.words[written.next]?.text ?? '');
  const traced = trace.length === 0 ? command : { ...command, redirects: [...command.redirects, ...trace] };
  if (direct && settings.length === 0 && !CARRIERS.has(first)) return void run.emit(traced, skipsHooks(command.place, first, settings)); // prettier-ignore
  runSubcommand(run, traced, { ...written, settings: [...settings, ...written.settings] });
}

function runSubcommand(run: Run, command: Command, globals: Globals): void {
  const subcommand = command.words[globals.next];
  if (globals.settings.length > 0) runSettings(run, command.place, globals.settings);
  if (globals.programs !== undefined && !isSystemFile(globals.programs)) run.opaque(command.place, 'programs of git from another folder'); // prettier-ignore
  if (subcommand === undefined) return void run.emit(command);
  if (subcommand.dynamic) return void run.emit(command, [opaqueEffect(`git ${subcommand.text}`)]);
  const unchecked = skipsHooks(command.place, subcommand.text, globals.settings);
  if (GIT_BUILTINS.has(subcommand.text)) return runBuiltin(run, command, subcommand.text, globals.next, unchecked);
  runAlias(run, command, subcommand.text, globals);
}

type Globals = {
  readonly next: number;
  readonly cwd: string;
  readonly settings: readonly Setting[];
  /** Where it takes its own programs from. */
  readonly programs?: string | undefined;
};

/** The subcommand comes at once. */
const NO_GLOBALS: Globals = { next: 1, cwd: UNKNOWN_CWD, settings: [] };

const GLOBAL_VALUES = new Set(['--git-dir', '--work-tree', '--namespace', '--exec-path', '--super-prefix', '--attr-source', '--list-cmds']); // prettier-ignore

function readGlobals(words: readonly Word[], place: Place): Globals {
  const settings: Setting[] = [];
  let { cwd } = place;
  let next = 1;
  let programs: string | undefined;
  for (; next < words.length; next++) {
    const word = words[next];
    if (word === undefined || !word.text.startsWith('-')) break;
    programs = /^--exec-path=(.+)/.exec(word.text)?.[1] ?? programs;
    const value = words[next + 1];
    if (word.text === '-c' && value) {
      settings.push(setting(value));
      next++;
    } else if (word.text === '-C' && value) {
      cwd = changeFolder({ cwd }, value);
      next++;
    } else if (word.text.startsWith('--config-env')) {
      const attached = word.text.startsWith('--config-env=');
      const pair = attached ? { ...word, text: word.text.slice('--config-env='.length) } : value;
      if (pair) settings.push(settingFromVariable(pair, place));
      if (!attached) next++;
    } else if (GLOBAL_VALUES.has(word.text)) next++;
  }
  return { next, cwd, settings, programs };
}

function setting(word: Word): Setting {
  const equals = word.text.indexOf('=');
  const key = (equals < 0 ? word.text : word.text.slice(0, equals)).toLowerCase();
  return { key, value: { ...word, text: equals < 0 ? 'true' : word.text.slice(equals + 1) } };
}

/** `--config-env=KEY=NAME`: the value is in a variable. */
function settingFromVariable(word: Word, { env }: Place): Setting {
  const equals = word.text.lastIndexOf('=');
  const name = word.text.slice(equals + 1);
  const value = env[name];
  const known = value !== undefined && !isUnseen(value);
  return { key: word.text.slice(0, equals).toLowerCase(), value: known ? staticWord(value) : dynamicWord(`$${name}`) };
}

/** Settings whose value git hands to a shell. */
const CODE_SETTINGS =
  /^(?:core\.(?:sshcommand|fsmonitor|pager|editor|gitproxy|askpass|alternaterefscommand)|sequence\.editor|diff\.external|diff\..+\.(?:command|textconv)|merge\..+\.driver|filter\..+\.(?:clean|smudge|process)|gpg\.(?:.+\.)?program|gpg\.ssh\.defaultkeycommand|pager\..+|(?:browser|man|difftool|mergetool)\..+\.(?:cmd|path)|credential\.(?:.+\.)?helper|uploadpack\.packobjectshook|remote\..+\.(?:uploadpack|receivepack|vcs)|interactive\.difffilter|trailer\..+\.(?:command|cmd)|sendemail\..*cmd|tar\..+\.command|web\.browser)$/;

/** Settings that point at code elsewhere. */
const LOADED_SETTINGS =
  /^(?:core\.hookspath|init\.templatedir|include\.path|includeif\..+\.path|core\.worktree\.hooks)$/;

/** Settings that name a command line more often than a program. */
const EDITED_BY = /editor|alternaterefs|credential|textconv|filter\.|driver|program|cmd$/;
/** Nobody pages or connects through a shell of their own. */
const SHELL = /(?:^|[\s/])(?:ba|da|z|k)?sh\s+-\w*c\b|;|&&|\$\(|`/;

/** Values that switch something off or on instead of naming a command. */
const SWITCHES = new Set(['', 'true', 'false', '0', '1', 'yes', 'no', 'on', 'off', 'cache', 'store', 'osxkeychain', 'manager', 'manager-core', 'libsecret', 'wincred', '/dev/null']); // prettier-ignore

function runSettings(run: Run, place: Place, settings: readonly Setting[]): void {
  for (const { key, value } of settings) {
    const pair = `${key}=${value.text}`;
    // A command that a setting starts finds the same settings, in its environment.
    if (SWITCHES.has(value.text) || place.judged?.includes(pair) === true) continue;
    const text = value.text.replace(/^!\s*/, '');
    if (CODE_SETTINGS.test(key) && !EDITED_BY.test(key) && SHELL.test(text)) run.opaque(place, `a shell in git setting ${key}`); // prettier-ignore
    if (CODE_SETTINGS.test(key))
      runNamed(run, inside(place, 'git', { judged: [...(place.judged ?? []), pair] }), { ...value, text }, key);
    else if (LOADED_SETTINGS.test(key) || (value.dynamic && key.includes('$'))) run.opaque(place, `git setting ${key}`);
  }
}

/** Subcommands that can carry a command of their own. */
const CARRIERS = new Set(['rebase', 'bisect', 'submodule', 'filter-branch', 'difftool', 'grep', 'ls-remote', 'clone', 'fetch', 'pull', 'push', 'archive', 'fetch-pack', 'send-pack', 'config', 'for-each-repo', 'send-email', 'remote']); // prettier-ignore

function runBuiltin(run: Run, command: Command, subcommand: string, at: number, effects: readonly EffectDraft[]): void {
  run.emit(command, effects);
  if (!CARRIERS.has(subcommand)) return;
  const args = command.words.slice(at + 1);
  const place = inside(command.place, 'git');
  const source = (word: Word): void => run.sourceWord(word, place, { stdin: INHERITED });
  for (const word of optionValues(args, CARRIER_OPTIONS[subcommand] ?? []))
    source(subcommand === 'grep' ? onFound(word) : word);
  if (subcommand === 'clone') runSettings(run, command.place, optionValues(args, ['-c', '--config']).map((word) => setting(word))); // prettier-ignore
  if (subcommand === 'bisect' && args[0]?.text === 'run' && args.length > 1) run.command({ ...command, words: args.slice(1), place, shell: undefined }); // prettier-ignore
  if (subcommand === 'submodule') runForeach(run, command, args, source);
  for (const word of args) if (word.text.startsWith('ext::')) run.command({ words: transportWords(word), redirects: [], stdin: INHERITED, place, shell: undefined }); // prettier-ignore
}

/** `ext::CMD ARG% WITH% BLANKS`. */
function transportWords(word: Word): readonly Word[] {
  const parts = word.text.slice('ext::'.length).split(/(?<!%) +/);
  return parts.filter((part) => part !== '').map((part) => ({ ...word, text: part.replace(/%([% ])/g, '$1') }));
}

function runForeach(run: Run, command: Command, args: readonly Word[], source: (word: Word) => void): void {
  const at = args.findIndex((word) => word.text === 'foreach');
  const rest = at < 0 ? [] : args.slice(at + 1).filter((word, index) => index > 0 || !word.text.startsWith('-'));
  if (rest.length === 1 && rest[0]) source(rest[0]);
  else if (rest.length > 1) run.command({ ...command, words: rest, place: inside(command.place, 'git', { cwd: UNKNOWN_CWD }), shell: undefined }); // prettier-ignore
}

/** The program is handed the files in which something was found. */
function onFound(word: Word): Word {
  return { ...word, text: `${word.text} "$FOUND"` };
}

const FILTERS = ['--setup', '--subdirectory-filter', '--env-filter', '--tree-filter', '--index-filter', '--parent-filter', '--msg-filter', '--commit-filter', '--tag-name-filter'].filter((name) => name !== '--subdirectory-filter'); // prettier-ignore
const TRANSPORT = ['--upload-pack', '--receive-pack', '--exec', '-u'];

const CARRIER_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  rebase: ['--exec', '-x'],
  'filter-branch': FILTERS,
  difftool: ['--extcmd', '-x'],
  grep: ['--open-files-in-pager', '-O'],
  'ls-remote': ['--upload-pack', '--exec'],
  clone: ['--upload-pack', '-u'],
  fetch: ['--upload-pack'],
  pull: ['--upload-pack'],
  push: ['--receive-pack', '--exec'],
  archive: ['--exec'],
  'fetch-pack': TRANSPORT.slice(0, 1),
  'send-pack': TRANSPORT.slice(1, 3),
  'send-email': ['--sendmail-cmd', '--to-cmd', '--cc-cmd', '--header-cmd'],
};

function optionValues(args: readonly Word[], options: readonly string[]): Word[] {
  return args.flatMap((word, index) =>
    options.flatMap((option) => {
      const next = args[index + 1];
      // `-O` of grep takes its value attached only.
      if (word.text === option) return next && option !== '-O' && option !== '--open-files-in-pager' ? [next] : [];
      const prefix = option.startsWith('--') ? `${option}=` : option;
      const attached = word.text.startsWith(prefix) && !(prefix.length === 2 && word.text.startsWith('--'));
      return attached ? [{ ...word, text: word.text.slice(prefix.length) }] : [];
    }),
  );
}

/** The name may be an alias of the command line, of the configuration, or a program `git-NAME`. */
function runAlias(run: Run, command: Command, name: string, globals: Globals): void {
  const inline = globals.settings.findLast(({ key }) => key === `alias.${name.toLowerCase()}`)?.value;
  const value = inline ?? configuredAlias(run, command, name, globals.cwd);
  if (value === 'unknown') return void run.emit(command, [opaqueEffect(`git ${name}`)]);
  if (value === undefined) return void run.emit(command);
  if (value.dynamic) return void run.emit(command, [opaqueEffect(`git ${name}`)]);
  const args = command.words.slice(globals.next + 1);
  const place = inside(command.place, 'git', { cwd: globals.cwd });
  if (value.text.startsWith('!')) {
    const source = { ...value, text: value.text.slice(1) };
    return run.sourceWord(joinWords([source, ...args.map(quotedWord)]), place, { stdin: command.stdin });
  }
  const expanded = splitAlias(value.text).map((text) => staticWord(text));
  const before = command.words.slice(0, globals.next);
  run.command({ ...command, words: [...before, ...expanded, ...args], place: { ...place, cwd: command.place.cwd }, shell: undefined }); // prettier-ignore
}

function configuredAlias(run: Run, command: Command, name: string, cwd: string): Word | 'unknown' | undefined {
  if (command.place.remote !== undefined || cwd === UNKNOWN_CWD) return 'unknown';
  // Another configuration than the one that is looked at may hold any alias.
  const { GIT_CONFIG_GLOBAL: own = '/dev/null' } = command.place.env;
  if (own !== '/dev/null') return 'unknown';
  const answer = run.lookup.ask({ kind: 'git-alias', cwd, name });
  if (answer.kind !== 'known') return 'unknown';
  return answer.data.value === null ? undefined : staticWord(answer.data.value);
}

function quotedWord(word: Word): Word {
  return word.dynamic ? word : { ...word, text: `'${word.text.replaceAll("'", String.raw`'\''`)}'` };
}

/** Git splits alias text on blanks and knows both quotes and the backslash. */
function splitAlias(text: string): string[] {
  const words: string[] = [];
  const pattern = /\s*((?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+)/gs;
  for (const match of text.matchAll(pattern)) {
    words.push((match[1] ?? '').replace(/\\(.)|"((?:[^"\\]|\\.)*)"|'([^']*)'/gs, (_all, escaped?: string, double?: string, single?: string) => escaped ?? double?.replace(/\\(.)/gs, '$1') ?? single ?? '')); // prettier-ignore
  }
  return words;
}

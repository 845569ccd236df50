/** What git takes from its environment: programs it starts, settings, and files it writes. */
import type { Redirect, Word } from '../../types.ts';
import { askText, inside, INHERITED, type Place, type Run } from '../run.ts';
import { holdsSecret, staticWord } from '../words.ts';
import { settingsInFile } from './git-config-file.ts';
import { isPlainProgram, isSystemFile, isUnseen } from './plain-programs.ts';

export type Setting = { readonly key: string; readonly value: Word };

/** `settings` count like `-c`; `trace` are files that git appends to. */
export type GitEnvironment = { readonly settings: readonly Setting[]; readonly trace: readonly Redirect[] };

type Use = 'pager' | 'editor' | 'transport' | 'diff';

/** Programs by the variable that names them, and what git needs them for. */
const PROGRAMS: Readonly<Record<string, Use>> = {
  __proto__: null as never,
  GIT_PAGER: 'pager',
  PAGER: 'pager',
  GIT_EDITOR: 'editor',
  GIT_SEQUENCE_EDITOR: 'editor',
  EDITOR: 'editor',
  VISUAL: 'editor',
  GIT_SSH_COMMAND: 'transport',
  GIT_SSH: 'transport',
  GIT_PROXY_COMMAND: 'transport',
  GIT_ASKPASS: 'transport',
  SSH_ASKPASS: 'transport',
  GIT_EXTERNAL_DIFF: 'diff',
};

const USERS: Readonly<Record<Use, ReadonlySet<string>>> = {
  pager: new Set(['log', 'diff', 'show', 'shortlog', 'blame', 'annotate', 'branch', 'tag', 'grep', 'reflog', 'config', 'stash', 'whatchanged', 'range-diff', 'help', 'am', 'notes']),
  editor: new Set(['commit', 'rebase', 'merge', 'tag', 'notes', 'revert', 'cherry-pick', 'pull', 'am', 'add', 'branch', 'config', 'replace', 'send-email', 'format-patch', 'bugreport', 'history']),
  transport: new Set(['fetch', 'pull', 'push', 'clone', 'ls-remote', 'submodule', 'remote', 'archive', 'fetch-pack', 'send-pack', 'lfs', 'send-email', 'svn', 'p4', 'maintenance']),
  diff: new Set(['diff', 'show', 'log', 'stash', 'whatchanged', 'diff-files', 'diff-index', 'diff-tree', 'difftool', 'add', 'commit', 'format-patch']),
}; // prettier-ignore

const NOTHING: GitEnvironment = { settings: [], trace: [] };

/** Judges the programs that `subcommand` would start and collects the rest. An ordinary environment comes to nothing. */
export function gitEnvironment(run: Run, place: Place, subcommand: string): GitEnvironment {
  let special: string[] | undefined;
  for (const name in place.env) {
    const use = PROGRAMS[name];
    if (use !== undefined) judgeProgram(run, place, name, use, subcommand);
    else if (name.startsWith('GIT_')) (special ??= []).push(name);
  }
  return special === undefined ? NOTHING : judgeSpecial(run, place, special, subcommand);
}

function judgeProgram(run: Run, place: Place, name: string, use: Use, subcommand: string): void {
  if (!USERS[use].has(subcommand)) return;
  const value = place.env[name] ?? '';
  if (isPlainProgram(value) || place.judged?.includes(name) === true) return;
  if (isUnseen(value)) return run.opaque(place, `${name}, whose value is not shown`);
  // A system's own helper is as good as the system.
  if (use === 'transport' && !/\s/.test(value) && isSystemFile(value)) return;
  run.sourceWord(staticWord(value), inside(place, name), { stdin: INHERITED });
}

const CONFIGURATIONS = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM']);

/** Settings can name programs, so they come from nowhere, the system, or where a person's own are kept. */
function isUsualConfiguration(path: string, { env }: Place): boolean {
  const home = env['HOME'];
  if (path === '' || path === '/dev/null' || isSystemFile(path)) return true;
  return home !== undefined && !path.includes('/../') && [`${home}/.gitconfig`, `${home}/.config/`].some((own) => path.startsWith(own)); // prettier-ignore
}

function judgeSpecial(run: Run, place: Place, names: readonly string[], subcommand: string): GitEnvironment {
  const trace: Redirect[] = [];
  const fromFiles: Setting[] = [];
  for (const name of names) {
    const value = place.env[name] ?? '';
    if (/^GIT_(?:TRACE|TR2)/.test(name) && value.startsWith('/'))
      trace.push({ op: '>>', fd: 3, target: staticWord(value) }); // prettier-ignore
    else if (name === 'GIT_EXEC_PATH' && !isSystemFile(value) && place.judged?.includes(name) !== true)
      run.opaque(place, 'programs of git from another folder');
    else if (CONFIGURATIONS.has(name) && !isUsualConfiguration(value, place))
      fromFiles.push(...fileSettings(run, place, value));
    else if (name === 'GIT_TEMPLATE_DIR' && value !== '' && (subcommand === 'init' || subcommand === 'clone'))
      run.opaque(place, 'hooks from a template');
  }
  return { settings: [...fromFiles, ...countedSettings(run, place), ...listedSettings(run, place)], trace };
}

function fileSettings(run: Run, place: Place, path: string): readonly Setting[] {
  const text = path.startsWith('/') ? askText(run, place, path) : undefined;
  if (text?.kind === 'absent') return [];
  const settings = text?.kind === 'known' ? settingsInFile(text.text) : undefined;
  if (settings === undefined) run.opaque(place, 'settings of git from another file');
  return (settings ?? []).map(({ key, value }) => ({ key, value: valueWord(value) }));
}

/** More settings than this are not looked at one by one. */
const MAX_SETTINGS = 64;

/** `GIT_CONFIG_COUNT` and its numbered keys and values. */
function countedSettings(run: Run, { env, ...place }: Place): readonly Setting[] {
  const count = env['GIT_CONFIG_COUNT'];
  if (count === undefined || count === '' || count === '0') return [];
  const total = Number(count);
  const settings: Setting[] = [];
  const unseen = !Number.isInteger(total) || total > MAX_SETTINGS;
  for (let index = 0; !unseen && index < total; index++) {
    const key = env[`GIT_CONFIG_KEY_${index}`];
    const value = env[`GIT_CONFIG_VALUE_${index}`] ?? '';
    if (key !== undefined && !isUnseen(key)) settings.push({ key: key.toLowerCase(), value: valueWord(value) });
    else if (key !== undefined) run.opaque({ env, ...place }, 'settings of git that are not shown');
  }
  if (unseen) run.opaque({ env, ...place }, 'settings of git that are not shown');
  return settings;
}

function valueWord(value: string): Word {
  return isUnseen(value) ? { text: value, dynamic: true, glob: false } : staticWord(value);
}

const LISTED = /\s*'((?:[^']|'\\'')*)'(?:='((?:[^']|'\\'')*)')?/y;

/** `GIT_CONFIG_PARAMETERS`: `'key=value'` or `'key'='value'`, separated by blanks. */
function listedSettings(run: Run, place: Place): readonly Setting[] {
  const text = place.env['GIT_CONFIG_PARAMETERS'];
  if (text === undefined || text.trim() === '') return [];
  const settings: Setting[] = [];
  LISTED.lastIndex = 0;
  for (let end = 0; end < text.trimEnd().length; end = LISTED.lastIndex) {
    const match = LISTED.exec(text);
    if (match === null || settings.length >= MAX_SETTINGS || holdsSecret(match[1] ?? '')) {
      run.opaque(place, 'settings of git that cannot be read');
      return settings;
    }
    const first = unquoted(match[1] ?? '');
    const equals = match[2] === undefined ? first.indexOf('=') : -1;
    const key = equals < 0 ? first : first.slice(0, equals);
    const value = match[2] === undefined ? (equals < 0 ? 'true' : first.slice(equals + 1)) : unquoted(match[2]);
    settings.push({ key: key.toLowerCase(), value: valueWord(value) });
  }
  return settings;
}

function unquoted(text: string): string {
  return text.replaceAll(String.raw`'\''`, "'");
}

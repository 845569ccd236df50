/** Variables whose value is code that the command they are set for will run. */
import type { Word } from '../../types.ts';
import { askText, inside, INHERITED, type Place, type Run } from '../run.ts';
import { staticWord } from '../words.ts';
import { isPlainProgram, isSystemFile, isUnseen } from './plain-programs.ts';
import { shadowedPrograms } from './shadowed.ts';
import { runNamed } from './started-files.ts';

/** Shell source by variable. */
const SOURCE_VARIABLES = new Set([
  'GIT_SSH_COMMAND', 'GIT_EDITOR', 'GIT_SEQUENCE_EDITOR', 'GIT_PAGER', 'GIT_EXTERNAL_DIFF', 'GIT_ASKPASS', 'GIT_PROXY_COMMAND', 'GIT_SSH',
  'SSH_ASKPASS', 'SUDO_ASKPASS', 'EDITOR', 'VISUAL', 'PAGER', 'MANPAGER', 'LESSOPEN', 'LESSCLOSE', 'PROMPT_COMMAND', 'BROWSER', 'RSYNC_RSH', 'PSQL_PAGER', 'GH_PAGER', 'GH_EDITOR', 'GH_BROWSER', 'GLAB_PAGER', 'SYSTEMD_PAGER', 'AWS_PAGER', 'BAT_PAGER', 'KUBE_EDITOR', 'SUDO_EDITOR', 'SYSTEMD_EDITOR', 'FCEDIT', 'FZF_DEFAULT_COMMAND', 'FZF_CTRL_T_COMMAND',
]); // prettier-ignore

/** A file or library that is loaded as code. */
const LOADED_VARIABLES = new Set([
  'LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES', 'BASH_ENV', 'ENV', 'PYTHONSTARTUP', 'PERL5OPT', 'RUBYOPT', 'GCONV_PATH', 'GIT_EXEC_PATH', 'CURL_HOME', 'WGETRC',
  'MAKEFILES', 'PERL5DB', 'R_PROFILE_USER', 'R_PROFILE', 'PHPRC', 'PHP_INI_SCAN_DIR', 'PYTHONHOME', 'GCC_EXEC_PREFIX', 'COMPILER_PATH', 'OPENSSL_CONF',
  'OPENSSL_ENGINES', 'OPENSSL_MODULES', 'ZDOTDIR', 'RIPGREP_CONFIG_PATH', 'PSQLRC', 'MYSQL_HOME', 'VIMINIT', 'EXINIT', 'TF_CLI_CONFIG_FILE', 'LUA_INIT', 'BASH_LOADABLES_PATH', 'TERMINFO',
]); // prettier-ignore

const MODULE_VARIABLES = new Set(['PYTHONPATH', 'NODE_PATH', 'PERL5LIB', 'RUBYLIB', 'CLASSPATH', 'LD_LIBRARY_PATH', 'DYLD_LIBRARY_PATH']); // prettier-ignore

/** Tools that builds start by these names, as a program with its first options. */
const TOOL_VARIABLES = /^(?:(?:HOST|BUILD_|TARGET_)?(?:CC|CXX|CPP|LD|AR|AS|FC|NM)|RUSTC|RUSTDOC|(?:CARGO_BUILD_)?RUSTC?(?:DOC)?(?:_WORKSPACE)?_WRAPPER|CARGO_BUILD_RUSTC|CARGO_TARGET_\w+_(?:RUNNER|LINKER)|CMAKE_\w+_COMPILER_LAUNCHER|(?:npm|NPM)_(?:config|CONFIG)_(?:script_shell|SCRIPT_SHELL|git|GIT|shell|SHELL|editor|EDITOR|python|PYTHON)|SHELL|CONFIG_SHELL)$/; // prettier-ignore

/** Options among which some load code, by the variables that hold them. */
const OPTION_VARIABLES: readonly (readonly [names: RegExp, loads: RegExp])[] = [
  [/^(?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS|(?:MAVEN|GRADLE|SBT|JAVA|ANT|JVM|CATALINA|KOTLIN|SCALA)_OPTS)$/, /-(?:javaagent|agentlib|agentpath|Xbootclasspath|XX:(?:OnError|OnOutOfMemoryError|Flags|VMOptionsFile))|(?:^|\s)@|\$\(|`/],
  [/^(?:NODE_OPTIONS|(?:npm_config|NPM_CONFIG)_(?:node_options|NODE_OPTIONS))$/, /(?:^|\s)(?:-r|--require|--import|--loader|--experimental-loader)\b/],
  [/^BUN_OPTIONS$/, /(?:^|\s)(?:-r|--preload|--require|--import)\b/],
  [/^GOFLAGS$/, /-(?:toolexec|exec|overlay|modfile)=/],
  [/^(?:RUSTFLAGS|RUSTDOCFLAGS|CARGO_BUILD_RUSTFLAGS|CARGO_ENCODED_RUSTFLAGS)$/, /linker=\S*\/|(?:^|\s)-Z\s*codegen-backend/],
  [/^(?:C|CXX|CPP|LD)FLAGS$/, /-(?:wrapper|fplugin|B\s*\.)|-Xclang\s+-load/],
  [/^MANOPT$/, /(?:^|\s)(?:-P|--pager)/],
]; // prettier-ignore

type Assigned = { readonly name: string; readonly value: Word | readonly Word[] };

/** `GIT_SSH_COMMAND='…' git fetch` runs the text; `LD_PRELOAD=x ls` runs what nobody has read. */
export function codeVariableEffects(run: Run, place: Place, assigned: readonly Assigned[]): void {
  for (const { name, value } of assigned) {
    if (isWords(value) || value.text === '') continue;
    if (SOURCE_VARIABLES.has(name)) {
      if (value.dynamic || !isPlainProgram(value.text)) runNamed(run, inside(place, name), value, name);
    } else if (TOOL_VARIABLES.test(name)) {
      if (!value.dynamic && !isSystemFile(value.text)) runTool(run, inside(place, name), value, name);
    } else if (loadsCode(name, value)) run.opaque(place, `code loaded by ${name}`);
    else if (name === 'PATH') shadowedPrograms(run, place, value);
    else if (name.startsWith('BASH_FUNC_')) run.opaque(place, 'a function handed over in a variable');
  }
}

/** Names whose assignment has been judged where it stands. */
export function judgedNames(assigned: readonly Assigned[]): readonly string[] {
  return assigned.map(({ name }) => name).filter((name) => SOURCE_VARIABLES.has(name) || LOADED_VARIABLES.has(name));
}

/** Libraries that are loaded into every program. */
const PRELOADED = ['LD_PRELOAD', 'LD_AUDIT', 'DYLD_INSERT_LIBRARIES'];

/** What the environment an action comes with does to any program; most of it concerns single programs only. */
export function inheritedVariableEffects(run: Run, place: Place, program: string): void {
  const { env } = place;
  for (const name of PRELOADED) {
    const value = env[name];
    if (value !== undefined && !isSystemFile(value)) run.opaque(place, `code loaded by ${name}`);
  }
  if (!/^(?:ba|da|z|k)?sh$/.test(program)) return;
  const start = env['BASH_ENV'];
  if (start !== undefined && !isSystemFile(start)) run.opaque(place, 'code loaded by BASH_ENV');
  for (const name in env) if (name.startsWith('BASH_FUNC_')) run.opaque(place, 'a function handed over in a variable');
}

/** Programs other than git that start what a variable names. */
const USED_BY: Readonly<Record<string, readonly string[]>> = {
  __proto__: null as never,
  rsync: ['RSYNC_RSH'],
  psql: ['PSQL_PAGER', 'PAGER'],
  man: ['MANPAGER', 'PAGER'],
  crontab: ['VISUAL', 'EDITOR'],
  visudo: ['VISUAL', 'EDITOR'],
  sudoedit: ['VISUAL', 'EDITOR'],
};

/** Configuration that curl and wget take from elsewhere: where things go, through whom, and what is sent along. */
const CONFIGURED_BY: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  __proto__: null as never,
  curl: { CURL_HOME: '/.curlrc', XDG_CONFIG_HOME: '/curlrc' },
  wget: { WGETRC: '', SYSTEM_WGETRC: '' },
};

/** A file of the caller's choice counts unless it is not there or belongs to the system. */
function configurationEffects(run: Run, place: Place, program: string): void {
  const files = CONFIGURED_BY[program];
  if (files === undefined || place.remote !== undefined) return;
  for (const [name, rest] of Object.entries(files)) {
    const value = place.env[name];
    if (value === undefined || value === '' || value === place.env['HOME'] || place.judged?.includes(name)) continue;
    const file = value + rest;
    if (isSystemFile(file) || (file.startsWith('/') && !isUnseen(value) && askText(run, place, file).kind === 'absent')) continue; // prettier-ignore
    run.opaque(place, `settings of ${program} from ${name}`);
  }
}

export function programVariableEffects(run: Run, place: Place, program: string): void {
  configurationEffects(run, place, program);
  for (const name of USED_BY[program] ?? []) {
    const value = place.env[name];
    if (value === undefined || isPlainProgram(value) || place.judged?.includes(name) === true) continue;
    if (isUnseen(value)) run.opaque(place, `${name}, whose value is not shown`);
    else run.sourceWord(staticWord(value), inside(place, name), { stdin: INHERITED });
  }
}

/** Its name is a program; what follows are options, and a shell by itself is no code. */
function runTool(run: Run, place: Place, value: Word, name: string): void {
  const [program = ''] = value.text.trim().split(/\s/);
  if (/^(?:\/(?:usr\/(?:local\/)?)?bin\/)?(?:ba|da|z|k|fi)?sh$/.test(value.text.trim())) return;
  if (program.includes('/') && !isSystemFile(program)) run.opaque(place, `${program}, started by ${name}`);
  else if (/[;&|`(<>]|\s-[a-z]*c\s/.test(value.text)) run.sourceWord(value, place, { stdin: INHERITED });
}

function isWords(value: Word | readonly Word[]): value is readonly Word[] {
  return Array.isArray(value);
}

export function loadsCode(name: string, value: Word): boolean {
  // Programs of the folder one happens to be in.
  if (name === 'PATH')
    return /^(?:\.\/?)?:|^(?:\/var)?\/tmp(?:\/[^:]*)?:|^\/dev\/shm/.test(value.text) || replacesPrograms(value);
  // Modules out of a folder that anybody writes to.
  if (MODULE_VARIABLES.has(name)) return /(?:^|:)(?:\/var)?\/tmp(?:\/|:|$)|(?:^|:)\/dev\/shm/.test(value.text);
  // Expanded before every command that is traced.
  if (name === 'PS4') return /\$\(|`/.test(value.text);
  // A stage of a deployment is called that too.
  if (name === 'ENV') return value.text.includes('/');
  const options = OPTION_VARIABLES.find(([names]) => names.test(name));
  if (options !== undefined) return options[1].test(value.text);
  return (
    LOADED_VARIABLES.has(name) &&
    (value.dynamic || !(value.text === '/dev/null' || (value.text.startsWith('/') && isSystemFile(value.text))))
  );
}

/** Without a folder of the system every program comes from somewhere else. */
function replacesPrograms({ text, dynamic }: Word): boolean {
  return !dynamic && text !== '' && text.split(':').every((folder) => !SYSTEM_FOLDERS.test(folder));
}

const SYSTEM_FOLDERS = /^\/(?:usr|bin|sbin|opt|nix|snap|run\/current-system)(?:\/|$)/;

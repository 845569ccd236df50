/** Which files and folders the code of an operation comes from. */
import { absolutePath } from '../catalog/paths.ts';
import type { EffectDraft, ParsedOperation } from '../types.ts';
import { INTERPRETERS, unversioned } from '../understand/interpreters/table.ts';

const SHELLS = new Set([
  'sh',
  'bash',
  'dash',
  'zsh',
  'ksh',
  'fish',
  'source',
  '.',
  'java',
  'deno',
  'bun',
  'go',
  'perl',
]);
/** Options whose value is code or a folder of code, for interpreters; their other words are data. */
const CODE_OPTIONS = /^(?:-jar|-cp|-classpath|--class-path|-r|--require|--import|--loader|-C|--config|-f|--file|-I)$/;

/** INVARIANT: what a program merely reads is none of it: data that was fetched is no code. */
export function placesRun(operation: ParsedOperation, drafts: readonly EffectDraft[]): readonly string[] {
  if (operation.remote !== undefined) return [];
  const { words, cwd } = operation;
  const runs = drafts.some(({ kind, attributes }) => kind === 'code.run' && attributes.unknownProgram !== true);
  const installs = drafts.some(({ kind }) => kind === 'package.install');
  const program = words[0]?.text.includes('/') === true ? [absolutePath(cwd, words[0].text)] : [];
  if (!runs && !installs) return drafts.some(({ kind }) => kind === 'code.run') ? program : [];
  const named = isInterpreter(operation) ? scriptsIn(operation) : operation.words.slice(1).flatMap(({ text }) => valuesIn(text)); // prettier-ignore
  const places = named.map((text) => absolutePath(cwd, text));
  // A package that is named comes from its registry, wherever one stands.
  const here = !isInterpreter(operation) && (runs || installsFolder(operation)) ? [cwd] : [];
  return [...program, ...places, ...here, ...(isInterpreter(operation) ? fedOrLoaded(operation) : [])];
}

function isInterpreter({ program }: ParsedOperation): boolean {
  return SHELLS.has(program) || Object.hasOwn(INTERPRETERS, unversioned(program));
}

function installsFolder({ words }: ParsedOperation): boolean {
  const operands = words.slice(1).filter(({ text }) => !text.startsWith('-'));
  return operands.length <= 1 || operands.some(({ text }) => /^\.{1,2}(?:\/|\[|$)/.test(text));
}

/** Modules whose words are code again. */
const RUNNERS = /^(?:pip|build|pytest|unittest|tox|nox|runpy|installer)$/;

/** Folders that modules are taken from. */
const MODULE_FOLDERS = ['PYTHONPATH', 'NODE_PATH', 'PERL5LIB', 'RUBYLIB', 'CLASSPATH'];

function fedOrLoaded({ stdin, env, cwd }: ParsedOperation): readonly string[] {
  const folders = MODULE_FOLDERS.flatMap((name) => (env[name] ?? '').split(':')).filter((folder) => folder !== '');
  const fed = stdin.kind === 'file' && !stdin.path.dynamic ? [stdin.path.text] : [];
  return [...folders, ...fed].map((text) => absolutePath(cwd, text));
}

/** The script, and what options load; `-m` takes a module out of the folder one is in. */
function scriptsIn({ words, program }: ParsedOperation): readonly string[] {
  const found: string[] = [];
  for (let index = 1; index < words.length; index++) {
    const text = words[index]?.text ?? '';
    const next = words[index + 1]?.text;
    if (text === '-m' && next !== undefined) return [...found, '.', next.replaceAll('.', '/'), ...(RUNNERS.test(next) ? words.slice(index + 2).map((word) => word.text) : [])]; // prettier-ignore
    const attached = /^-I(.+)$/.exec(text)?.[1];
    if (attached !== undefined) found.push(attached);
    if (program === 'go' && /^(?:run|build|test|generate|install)$/.test(text)) return [...found, '.', ...words.slice(index + 1).map((word) => word.text)]; // prettier-ignore
    if (CODE_OPTIONS.test(text) && next !== undefined) found.push(...next.split(':'));
    else if (!text.startsWith('-') && !isVerb(program, text) && !CODE_OPTIONS.test(words[index - 1]?.text ?? '')) return [...found, text]; // prettier-ignore
  }
  return found;
}

function isVerb(program: string, text: string): boolean {
  return /^(?:deno|bun)$/.test(program) && /^(?:run|test|bench|serve|task)$/.test(text);
}

/** `-Cr`, `--prefix=r` and `r` name the same folder. */
function valuesIn(text: string): readonly string[] {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text)) return [];
  if (!text.startsWith('-')) return text === '' ? [] : [text.replace(/\[[\w,-]*\]$/, '')];
  const value = /^--[\w-]+=(.+)$/s.exec(text)?.[1] ?? /^-[A-Za-z](.+)$/s.exec(text)?.[1];
  return value === undefined ? [] : [value];
}

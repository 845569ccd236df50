/** Files that earlier operations of the same action wrote: what the disk says about them is no longer true. */
import type { ParsedOperation } from '../types.ts';
import { resolvePath } from './paths.ts';
import { baseName } from './words.ts';

export type Written =
  /** Nothing before touches the file. */
  | { readonly kind: 'untouched' }
  /** The last operation that wrote it, whose output it holds. */
  | { readonly kind: 'output'; readonly of: ParsedOperation }
  /** Something may have changed it. */
  | { readonly kind: 'changed' };

const UNTOUCHED: Written = { kind: 'untouched' };
const CHANGED: Written = { kind: 'changed' };

/** Programs that may name a file without changing it, compilers and package managers: what they write is judged as theirs. */
const HARMLESS = new Set([
  'cat', 'ls', 'head', 'tail', 'less', 'more', 'wc', 'stat', 'file', 'test', '[', 'grep', 'rg', 'chmod', 'echo', 'printf', 'diff', 'cmp', 'cd', 'pushd',
  'gcc', 'g++', 'cc', 'c++', 'clang', 'clang++', 'rustc', 'cargo', 'go', 'javac', 'tsc', 'cmake', 'ld', 'mkdir', 'set', 'export',
  'pip', 'pip3', 'uv', 'poetry', 'yarn', 'pnpm', 'bun', 'gem', 'bundle', 'brew', 'apt', 'apt-get', 'dnf', 'yum', 'apk', 'hash', 'ps', 'kill', 'pkill',
  'sh', 'bash', 'zsh', 'dash', 'shellcheck', 'sha256sum', 'md5sum', 'realpath', 'dirname', 'basename', 'make', 'npm', 'node', 'python', 'python3', 'test', 'source', '.', 'command', 'which', 'type', 'true',
]); // prettier-ignore

/** Of these, code on the command line may write what it names. */
const INLINE = new Set(['node', 'python', 'python3', 'bun']);
const CODE = /["'`(\s]/;

/** Subcommands of git that put other content into the working tree. */
const GIT_CHANGES = new Set(['pull', 'checkout', 'switch', 'reset', 'restore', 'merge', 'rebase', 'stash', 'apply', 'am', 'cherry-pick', 'revert', 'submodule', 'clone', 'mv', 'worktree', 'clean']); // prettier-ignore

/** Programs that write files they do not name. */
const UNPACKERS = new Set(['tar', 'gtar', 'bsdtar', 'unzip', '7z', 'cpio', 'patch', 'rsync', 'scp', 'gunzip', 'unxz', 'bunzip2', 'ar', 'wget']); // prettier-ignore

/** Where nobody writes without more rights. */
const SYSTEM = /^\/(?:usr|bin|sbin|lib|lib64)\//;

/** INVARIANT: a file is only read from the facts when no operation before it may have written it. */
export function writtenBefore(operations: readonly ParsedOperation[], path: string): Written {
  let result = UNTOUCHED;
  for (const operation of operations) result = afterOperation(operation, path) ?? result;
  return result;
}

function afterOperation(operation: ParsedOperation, path: string): Written | undefined {
  for (const { op, target } of operation.redirects) {
    if (op === '<') continue;
    const name = target.dynamic ? undefined : resolvePath(operation.cwd, target.text);
    if (name === undefined) {
      // An unknown target may be this very file, unless its known last part says otherwise.
      if (target.dynamic || baseName(target.text) === baseName(path)) return CHANGED;
    } else if (name === path) return (op === '>' || op === '>|') && operation.remote === undefined ? { kind: 'output', of: operation } : CHANGED; // prettier-ignore
  }
  if (INLINE.has(operation.program) && operation.words.some(({ text }) => CODE.test(text) && text.includes(baseName(path)))) return CHANGED; // prettier-ignore
  if (HARMLESS.has(operation.program)) return undefined;
  if (operation.program === 'git') return operation.argv.some((arg) => GIT_CHANGES.has(arg)) ? CHANGED : undefined;
  if (UNPACKERS.has(operation.program)) return SYSTEM.test(path) && !operation.privileged ? undefined : CHANGED;
  const name = baseName(path);
  return operation.words.some((word, index) => index > 0 && names(word.text, name)) ? CHANGED : undefined;
}

/** Whether a word may name the file; short names are looked for at the end only. */
function names(word: string, name: string): boolean {
  return word.endsWith(name) || (name.length > 3 && word.includes(name));
}

/** Whether an operation may have written a file, or a variable, at all. */
export function mayWrite({ program, argv, redirects }: ParsedOperation): boolean {
  return !HARMLESS.has(program) || (program === 'printf' && argv[1] === '-v') || redirects.some(({ op }) => op !== '<');
}

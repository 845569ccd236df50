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

/** Programs that may name a file without changing it. */
const HARMLESS = new Set([
  'cat', 'ls', 'head', 'tail', 'less', 'more', 'wc', 'stat', 'file', 'test', '[', 'grep', 'rg', 'chmod', 'echo', 'printf', 'diff', 'cmp', 'cd', 'pushd',
  'sh', 'bash', 'zsh', 'dash', 'shellcheck', 'sha256sum', 'md5sum', 'realpath', 'dirname', 'basename', 'make', 'npm', 'node', 'python', 'python3',
]); // prettier-ignore

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
  if (HARMLESS.has(operation.program)) return undefined;
  const name = baseName(path);
  return operation.words.some((word, index) => index > 0 && word.text.includes(name)) ? CHANGED : undefined;
}

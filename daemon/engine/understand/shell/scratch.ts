/** Temporary files and folders that `mktemp` makes: nobody knows their names, and nothing is in them yet. */
import type { ParsedOperation, Word } from '../../types.ts';

/** With `-u` nothing is made, and whoever is quicker makes something there. */
const NAMES_ONLY = /^(?:-[a-zA-Z]*u|--dry-run$)/;
const PRINTS_ELSEWHERE = new Set([1]);

/** Whether what these operations print is such a name and nothing else. */
export function printsScratch(operations: readonly ParsedOperation[]): boolean {
  const [only, ...others] = operations;
  if (only?.program !== 'mktemp' || others.length > 0 || only.remote !== undefined || only.dynamic) return false;
  const { words, redirects } = only;
  if (redirects.some(({ fd, op }) => PRINTS_ELSEWHERE.has(fd) || op.startsWith('&'))) return false;
  return !words.some(({ text }) => NAMES_ONLY.test(text));
}

/** INVARIANT: the whole name or nothing: with something in front or behind it may be anywhere when `mktemp` failed. */
export function scratchWord(written: string): Word {
  return { text: written, dynamic: true, glob: false, scratch: true };
}

/** Making words, and reading them as program names and assignments. */
import type { Word } from '../types.ts';

/** A word that says what it is, but for secrets taken out of it: what they name is only known at run time. */
export function staticWord(text: string): Word {
  return holdsSecret(text)
    ? { text, dynamic: true, glob: false, redacted: true }
    : { text, dynamic: false, glob: false };
}

export function dynamicWord(text: string): Word {
  return { text, dynamic: true, glob: false };
}

/** The last part of a path; what a program is called wherever it lies. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Whether a text as written holds something that is only known at run time. */
export function holdsExpansion(text: string): boolean {
  return text.includes('$') || text.includes('`');
}

/** Whether redaction put a placeholder into a text. */
export function holdsSecret(text: string): boolean {
  return text.includes('⟦secret:');
}

/** INVARIANT: redaction names a secret `…-active` when a shell or a parser of options could act on what it holds. */
export function hidesCode(text: string): boolean {
  return text.includes('-active:') && /⟦secret:[a-z-]{0,32}-active:/.test(text);
}

/** The program a word names. A dynamic folder does not hide a static name: `"$VENV/bin/python"` is python. */
export function programName(word: Word): string | undefined {
  const name = baseName(word.text);
  // `/bin/r?` is whatever it matches.
  if (word.glob && /[*?[]/.test(name)) return undefined;
  if (!word.dynamic) return name === '' ? undefined : name;
  const known = word.text.includes('/') && name !== '' && !holdsExpansion(name) && !/[(){}"'\s]/.test(name);
  return known ? name : undefined;
}

const ASSIGNMENT = /^([A-Za-z_]\w*)=(.*)$/s;

/** `NAME=VALUE` as `env` and `sudo` read it. */
export function parseAssignment(word: Word): { name: string; value: Word } | undefined {
  const match = ASSIGNMENT.exec(word.text);
  return match ? { name: match[1] ?? '', value: { ...word, text: match[2] ?? '' } } : undefined;
}

/** Joins words with blanks, as `eval`, `ssh` and `watch` do before a shell reads them. */
export function joinWords(words: readonly Word[]): Word {
  const [only, ...rest] = words;
  if (only !== undefined && rest.length === 0) return { ...only, glob: false };
  return {
    text: words.map((word) => word.text).join(' '),
    dynamic: words.some((word) => word.dynamic),
    glob: false,
  };
}

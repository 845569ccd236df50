/** What every look is given: where things are, and how much time is left. */
import type { Places } from './location.ts';
import type { RepoViews } from './git/repo-view.ts';
import type { Seen } from './seen.ts';

export type LookContext = {
  readonly places: Places;
  readonly homedir: string;
  readonly repos: RepoViews;
  readonly seen: Seen;
  /** Milliseconds until nobody waits for the answer any more. */
  readonly remainingMs: () => number;
};

/** A look that could not be completed. Its message becomes the reason of an unknown fact. */
export class LookFailure extends Error {
  override readonly name = 'LookFailure';
}

/** Failures of the system in words; its own name the call and the path. */
const FAILURES: Readonly<Record<string, string>> = {
  EACCES: 'it may not be looked at',
  EPERM: 'it may not be looked at',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOENT: 'it went away while it was looked at',
  ENOTDIR: 'it went away while it was looked at',
};

/** One line in words, and without what an attacker could put into it at length. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  if (code !== undefined) return FAILURES[code] ?? `the look failed (${code.slice(0, MAX_CODE)})`;
  return oneLine(error instanceof Error ? error.message : String(error));
}

export function oneLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.replaceAll(/\p{Cc}+/gu, ' ').slice(0, MAX_REASON);
}

/** Reasons are shown in prompts and stored with every trace. */
const MAX_REASON = 200;
const MAX_CODE = 40;

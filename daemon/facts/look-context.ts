/** What every look is given: where things are, and how much time is left. */
import type { Places } from './location.ts';
import type { RepoViews } from './git/repo-view.ts';

export type LookContext = {
  readonly places: Places;
  readonly homedir: string;
  readonly repos: RepoViews;
  /** Milliseconds until nobody waits for the answer any more. */
  readonly remainingMs: () => number;
};

/** A look that could not be completed. Its message becomes the reason of an unknown fact. */
export class LookFailure extends Error {
  override readonly name = 'LookFailure';
}

/** In words, and without what an attacker could put into it at length. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text.slice(0, MAX_REASON);
}

/** Reasons are shown in prompts and stored with every trace. */
const MAX_REASON = 200;

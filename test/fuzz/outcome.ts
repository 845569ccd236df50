/** How fuzzing one target ended. */
export type Outcome =
  | { readonly kind: 'clean'; readonly runs: number }
  | { readonly kind: 'found'; readonly problem: string; readonly file: string }
  | { readonly kind: 'skipped'; readonly reason: string };

/** A target that is late by as much hangs. */
export const GRACE_SECONDS = 30;

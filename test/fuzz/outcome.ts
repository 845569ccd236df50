/** How fuzzing one target ended. */
export type Outcome =
  | { readonly kind: 'clean'; readonly runs: number }
  | { readonly kind: 'found'; readonly problem: string; readonly file: string }
  | { readonly kind: 'skipped'; readonly reason: string };

/** Time to load and to end; a target that is late by more hangs. Generous, for machines that do much else meanwhile. */
export const GRACE_SECONDS = 120;

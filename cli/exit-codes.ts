/** The exit codes every command keeps to; `run` and `npm start -- CMD` answer with those of the guarded command. */
export const EXIT = { ok: 0, failure: 1, usage: 2, unreachable: 3, denied: 126 } as const;

/** What a person should know of the daemon, for as long as it matters: what is so, and what happened lately. */

export type Problems = {
  /** Something failed. It is over once it has not happened again for a while. */
  happened(text: string): void;
  /** Something is wrong until it is told that it no longer is. */
  is(what: string, text: string | undefined): void;
  /** `notice` is told for a day: longer than a night, and the trace tells of it for ever. */
  list(notice: string | undefined): readonly string[];
};

/** Long enough to be seen by whoever looks after something went wrong. */
const FAILURE_MS = 3_600_000;
const NOTICE_MS = 86_400_000;

export function createProblems(wallMs: () => number): Problems {
  const lately = new Map<string, number>();
  const present = new Map<string, string>();
  let told: { readonly notice: string; readonly at: number } | undefined;
  return {
    happened(text) {
      lately.set(text, wallMs());
    },
    is(what, text) {
      if (text === undefined) present.delete(what);
      else present.set(what, text);
    },
    list(notice) {
      const now = wallMs();
      for (const [text, at] of lately) if (now - at >= FAILURE_MS) lately.delete(text);
      if (notice !== undefined && told?.notice !== notice) told = { notice, at: now };
      const isNew = notice !== undefined && told !== undefined && now - told.at < NOTICE_MS;
      return [...new Set([...present.values(), ...lately.keys(), ...(isNew ? [notice] : [])])];
    },
  };
}

/** Requests that were refused because there were too many: told once, then summed up, so that a flood does not fill the trace. */

export type Flood = { readonly session: string; readonly refused: number };

export type Floods = {
  note(session: string): void;
  /** Tells what came since; called on a tick. */
  tick(): void;
};

/** Often enough to be seen while it lasts. */
const SUM_MS = 10_000;

/** `bootMs`: a clock that nobody sets. */
export function createFloods(bootMs: () => number, tell: (flood: Flood) => void): Floods {
  const refused = new Map<string, { count: number; since: number }>();
  return {
    note(session) {
      const known = refused.get(session);
      if (known === undefined) {
        refused.set(session, { count: 0, since: bootMs() });
        tell({ session, refused: 1 });
      } else known.count += 1;
    },
    tick() {
      const now = bootMs();
      for (const [session, { count, since }] of refused) {
        if (now - since < SUM_MS) continue;
        refused.delete(session);
        if (count === 0) continue;
        refused.set(session, { count: 0, since: now });
        tell({ session, refused: count });
      }
    },
  };
}

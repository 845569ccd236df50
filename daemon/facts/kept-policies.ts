/** Policies of workspaces, kept for a moment: they are asked for with every action that does something. */
import { factKey, type FactNeed, type FactRecord } from '../../protocol/facts.ts';
import type { FactLooker } from './looker.ts';

/** An edit of one is noticed as soon as an edit of the user's own. */
const KEPT_MS = 500;
const MAX_KEPT = 64;
/** Where nobody can look in time, what was seen so long ago still counts. */
const STALE_MS = 60_000;
/** Where nothing was seen before; a folder that never answers holds an action up for that long. */
const MORE_LOOKS = 2;

export type PolicyKeeper = FactLooker & {
  /** What was seen a moment ago of the policies around a folder. */
  readonly recent?: (cwd: string) => FactRecord | undefined;
};

/** `nowMs`: of a clock that never goes back. */
export function keepPolicies(looker: FactLooker, nowMs: () => number): PolicyKeeper {
  const kept = new Map<string, { readonly record: FactRecord; readonly at: number }>();
  const recentOf = (need: FactNeed, withinMs = KEPT_MS): FactRecord | undefined => {
    if (need.kind !== 'workspace-policy') return undefined;
    const known = kept.get(factKey(need));
    return known !== undefined && nowMs() - known.at <= withinMs ? known.record : undefined;
  };
  const keep = (record: FactRecord): void => {
    if (record.need.kind !== 'workspace-policy' || !record.value.known) return;
    kept.delete(factKey(record.need));
    kept.set(factKey(record.need), { record, at: nowMs() });
    for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
  };
  /** Without an answer everything there is asked about, so a busy machine gets more chances. */
  const again = async (record: FactRecord): Promise<FactRecord> => {
    if (!isUnanswered(record)) return record;
    const stale = recentOf(record.need, STALE_MS);
    for (let attempt = 0; attempt < (stale === undefined ? MORE_LOOKS : 1); attempt++) {
      // Who looks may have to be started first, which is what takes long.
      await looker.warm();
      const [next] = await looker.look([record.need]);
      if (next !== undefined && !isUnanswered(next)) return next;
    }
    return stale ?? record;
  };
  return {
    ...looker,
    recent: (cwd) => recentOf({ kind: 'workspace-policy', cwd }),
    async look(needs) {
      const known = needs.flatMap((need) => recentOf(need) ?? []);
      const keys = new Set(known.map(({ need }) => factKey(need)));
      const others = needs.filter((need) => !keys.has(factKey(need)));
      const looked = others.length === 0 ? [] : await Promise.all((await looker.look(others)).map(again));
      for (const record of looked) if (kept.get(factKey(record.need))?.record !== record) keep(record);
      return [...known, ...looked];
    },
  };
}

function isUnanswered({ need, value }: FactRecord): boolean {
  return need.kind === 'workspace-policy' && !value.known && value.failed === true;
}

/** Answers from recorded facts; notes what was asked for and is not there yet. */
import { factKey, type FactNeed, type FactValue } from '../../protocol/facts.ts';
import type { Answer, Lookup } from './types.ts';

export type Facts = ReadonlyMap<string, FactValue>;

export type RecordingLookup = Lookup & {
  /** Asked for and not among the facts. */
  readonly needs: ReadonlyMap<string, FactNeed>;
  /** Asked for and answered as unknown. */
  readonly unknowns: ReadonlyMap<string, string>;
  /** Keys of every fact that was used. */
  readonly used: ReadonlySet<string>;
};

export function createLookup(facts: Facts): RecordingLookup {
  const needs = new Map<string, FactNeed>();
  const unknowns = new Map<string, string>();
  const used = new Set<string>();
  const ask = (need: FactNeed): Answer<never> => {
    const key = factKey(need);
    const value = facts.get(key);
    if (value === undefined) {
      needs.set(key, need);
      return { kind: 'missing' };
    }
    used.add(key);
    if (!value.known) {
      unknowns.set(key, `${need.kind}: ${value.reason}`);
      return { kind: 'unknown', reason: value.reason, ...(value.failed === true ? { failed: true } : {}) };
    }
    // The gate validates that an answer has the kind of its need before it becomes a fact.
    return { kind: 'known', data: value.data as never };
  };
  return { ask, needs, unknowns, used };
}

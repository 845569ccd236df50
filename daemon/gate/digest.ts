/** Digests that bind decisions: SHA-256 over canonical JSON (RFC 8785). */
import { hash } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { FactNeed, FactRecord } from '../../protocol/facts.ts';
import { canonicalText } from '../canonical.ts';

export function digestOf(value: unknown): string {
  return hash('sha256', canonicalText(value), 'hex');
}

/** Covers what would be done, by whom and where; not the agent's words about it. */
export function actionDigest(action: Action): string {
  const { context: _, ...bound } = action;
  return digestOf(bound);
}

const NO_FACTS = digestOf([]);

/** What the world looked like. */
export function factsDigest(facts: readonly FactRecord[]): string {
  return facts.length === 0 ? NO_FACTS : digestOf(facts.filter(({ need }) => !isHistory(need)));
}

/** What the session did before, what time it is and what a policy says are not the world: they change while one waits. */
export function isHistory({ kind }: FactNeed): boolean {
  return kind === 'session' || kind === 'circumstances' || kind === 'rego';
}

/** Digests that bind decisions: SHA-256 over canonical JSON (RFC 8785). */
import { hash } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { FactRecord } from '../../protocol/facts.ts';
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

/** What the world looked like. What the session did before is history, not world: it changes with every vote. */
export function factsDigest(facts: readonly FactRecord[]): string {
  return facts.length === 0 ? NO_FACTS : digestOf(facts.filter((fact) => fact.need.kind !== 'session'));
}

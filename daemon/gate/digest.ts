/** Digests that bind decisions: SHA-256 over canonical JSON (RFC 8785). */
import canonicalize from 'canonicalize';
import { createHash } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { FactRecord } from '../../protocol/facts.ts';

export function digestOf(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('value has no canonical form');
  return createHash('sha256').update(text).digest('hex');
}

/** Covers what would be done, by whom and where; not the agent's words about it. */
export function actionDigest(action: Action): string {
  const { context: _, ...bound } = action;
  return digestOf(bound);
}

/** What the world looked like. What the session did before is history, not world: it changes with every vote. */
export function factsDigest(facts: readonly FactRecord[]): string {
  return digestOf(facts.filter((fact) => fact.need.kind !== 'session'));
}

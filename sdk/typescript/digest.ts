/** The digest of an action: what a vote covers. Daemon and clients compute it in the same way. */
import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { Action } from '../../protocol/action.ts';

/**
 * SHA-256 (hex) of the RFC 8785 form of the action without `context`. What an agent says about itself is not part
 * of it, so the same action with another explanation is the same action.
 */
export function actionDigest(action: Action): string {
  const { context: _context, ...bound } = action;
  return createHash('sha256').update(canonicalJson(bound)).digest('hex');
}

/** RFC 8785 canonical JSON. Throws for what has none, such as `undefined`, `NaN` or a lone surrogate. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no canonical form');
  return text;
}

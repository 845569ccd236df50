/** The digest that names a policy in every decision. */
import { createHash } from 'node:crypto';

import canonicalize from 'canonicalize';

import type { PolicyFile, PolicyLayer } from './schema.ts';

/**
 * Covers what the files say and the layer they speak from, not their names or their formatting: the same rules have
 * the same digest on every machine.
 */
export function policyDigest(files: readonly { layer: PolicyLayer; content: PolicyFile }[]): string {
  const canonical = canonicalize(files.map(({ layer, content }) => ({ layer, content })));
  if (canonical === undefined) throw new Error('a policy has no canonical form');
  return createHash('sha256').update('countersign policy v1\n').update(canonical).digest('hex');
}

/** The rules together with a Rego policy: one policy with one digest. */
import type { CompiledPolicy, RegoSource } from '../../engine/policy.ts';
import { sha256 } from './settings.ts';

/** INVARIANT: the digest covers both, so that a decision names everything that had a say in it. */
export function withRego(policy: CompiledPolicy, rego: RegoSource | undefined): CompiledPolicy {
  if (rego === undefined) return policy;
  const { forCase } = policy;
  return {
    ...policy,
    digest: sha256(`countersign policy with rego v1\n${policy.digest}\n${rego.digest}`),
    ...(forCase === undefined ? {} : { forCase: (action, effects) => withRego(forCase(action, effects), rego) }),
    rego,
  };
}

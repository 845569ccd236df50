/** What keeps the policy files, as they lie there, from coming into force. */
import { loadPolicies } from '../../daemon/policy/load.ts';
import type { PolicyProblem } from '../../daemon/policy/schema.ts';
import type { Paths } from '../../protocol/paths.ts';
import { withRego } from '../../daemon/policy/rego/with-rego.ts';
import { policySources } from './policies.ts';
import { regoInForce } from './rego-in-force.ts';

export type PolicyOnDisk = {
  readonly files: number;
  readonly digest: string;
  readonly problems: readonly PolicyProblem[];
};

export function policyOnDisk(paths: Paths): PolicyOnDisk {
  const sources = policySources(paths);
  const { policy, problems } = loadPolicies(sources);
  const rego = regoInForce(paths);
  const { digest } = rego === undefined ? policy : withRego(policy, rego);
  return { files: sources.length, digest, problems };
}

/** What keeps the policy files, as they lie there, from coming into force. */
import { loadPolicies } from '../../daemon/policy/load.ts';
import type { PolicyProblem } from '../../daemon/policy/schema.ts';
import type { Paths } from '../../protocol/paths.ts';
import { policySources } from './policies.ts';

export type PolicyOnDisk = {
  readonly files: number;
  readonly digest: string;
  readonly problems: readonly PolicyProblem[];
};

export function policyOnDisk(paths: Paths): PolicyOnDisk {
  const sources = policySources(paths);
  const { policy, problems } = loadPolicies(sources);
  return { files: sources.length, digest: policy.digest, problems };
}

/** The policy in force: the built-in rules and the user's. */
import { fileURLToPath } from 'node:url';

import { CountersignError } from '../protocol/errors.ts';
import type { CompiledPolicy } from './engine/policy.ts';
import { loadPolicies } from './policy/load.ts';
import { readPolicyFolder } from './policy/folder.ts';

/** Beside the daemon's own sources, so that no environment variable can point elsewhere. */
export const BUILT_IN_POLICIES = fileURLToPath(new URL('../policies/default', import.meta.url));

/** Throws with file, line and column of the first problem: a daemon never starts under half a policy. */
export async function policyInForce(userFolder: string): Promise<CompiledPolicy> {
  const [builtIn, user] = await Promise.all([
    readPolicyFolder(BUILT_IN_POLICIES, 'built-in'),
    readPolicyFolder(userFolder, 'user'),
  ]);
  const { policy, problems } = loadPolicies([...builtIn, ...user]);
  const [first] = problems;
  if (first !== undefined) {
    throw new CountersignError('policy_invalid', `${first.file}:${first.line}:${first.col}: ${first.message}`);
  }
  return policy;
}

/** The policy files in force: the built-in rules and the user's. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import type { Paths } from '../../protocol/paths.ts';

export const BUILT_IN_POLICIES = fileURLToPath(new URL('../../policies/default', import.meta.url));

export function policySources({ policies }: Paths): PolicySource[] {
  const user = existsSync(policies) ? readPolicyFolder(policies, 'user') : [];
  return [...readPolicyFolder(BUILT_IN_POLICIES, 'built-in'), ...user];
}

/** The policy files in force: the built-in rules and the user's. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { readPolicyFolder } from '../../daemon/policy/folder.ts';
import type { PolicySource } from '../../daemon/policy/schema.ts';
import type { Paths } from '../../protocol/paths.ts';

export const BUILT_IN_POLICIES = fileURLToPath(new URL('../../policies/default', import.meta.url));

/** What would be in force with another folder in the place of the user's. */
export function sourcesWith(folder: string): PolicySource[] {
  return [...readPolicyFolder(BUILT_IN_POLICIES, 'built-in'), ...readPolicyFolder(folder, 'user')];
}

export function policySources({ policies }: Paths): PolicySource[] {
  const user = existsSync(policies) ? readPolicyFolder(policies, 'user') : [];
  return [...readPolicyFolder(BUILT_IN_POLICIES, 'built-in'), ...user];
}

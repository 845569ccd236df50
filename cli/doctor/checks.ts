/** Every check, in the order they need each other. */
import type { Check } from './check.ts';
import { CLIENT_CHECKS } from './client-checks.ts';
import { DAEMON_CHECKS } from './daemon-checks.ts';
import { FOLDER_CHECKS } from './folder-checks.ts';
import { HOOK_CHECKS } from './hook-checks.ts';
import { MACHINE_CHECKS } from './machine-checks.ts';
import { PEOPLE_CHECKS } from './people-checks.ts';
import { POLICY_CHECKS } from './policy-checks.ts';
import { PROGRAM_CHECKS } from './program-checks.ts';
import { SERVICE_CHECKS } from './service-checks.ts';
import { SHELL_CHECKS } from './shell-checks.ts';
import { TRACE_CHECKS } from './trace-checks.ts';

export const CHECKS: readonly Check[] = [
  ...PROGRAM_CHECKS,
  ...FOLDER_CHECKS,
  ...DAEMON_CHECKS,
  ...SERVICE_CHECKS,
  ...CLIENT_CHECKS,
  ...SHELL_CHECKS,
  ...HOOK_CHECKS,
  ...PEOPLE_CHECKS,
  ...POLICY_CHECKS,
  ...TRACE_CHECKS,
  ...MACHINE_CHECKS,
];

/** The named ones with all that they need. */
export function withNeeds(ids: readonly string[]): readonly Check[] {
  const wanted = new Set(ids);
  // From the last to the first, because a check needs only earlier ones.
  for (const { id, needs = [] } of CHECKS.toReversed()) if (wanted.has(id)) for (const need of needs) wanted.add(need);
  return CHECKS.filter(({ id }) => wanted.has(id));
}

/** Ties a test to the behaviour it proves: `test(verifies('approval:expires'), …)`. */
import { REQUIREMENTS, type RequirementId } from '../requirements.ts';

export function verifies(id: RequirementId): string {
  return `${id}: ${REQUIREMENTS[id]}`;
}

/** Every error with its status, as the responses an operation may have. */
import { ERRORS, Problem } from '../../../protocol/errors.ts';
import type { Components, JsonSchema } from './components.ts';

export const PROBLEM_STATUSES = [...new Set(Object.values(ERRORS).map(({ status }) => status))].toSorted(
  (a, b) => a - b,
);

/** One for each status, and one for whatever a later version may say. */
export function problemResponses(components: Components): Record<string, JsonSchema> {
  const schema = components.refer(Problem);
  const content = { 'application/problem+json': { schema } };
  const named = PROBLEM_STATUSES.map((status) => [`Problem${status}`, { description: meaningsOf(status), content }]);
  const count = Object.keys(ERRORS).length;
  return {
    ...Object.fromEntries(named),
    Problem: { description: `A refusal or failure (RFC 9457); \`code\` is one of ${count}`, content },
  };
}

function meaningsOf(status: number): string {
  const here = Object.entries(ERRORS).filter(([, error]) => error.status === status);
  return here.map(([code, { meaning, hint }]) => `- \`${code}\`: ${meaning}. Next: ${hint}.`).join('\n');
}

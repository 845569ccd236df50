/** What each scope of a remembered answer would cover, in words a person signs. */
import type { Action } from '../../protocol/action.ts';
import type { GrantScope } from '../../protocol/approval.ts';
import type { Assessment } from '../../protocol/assessment.ts';

/** Nothing wider than `once` is offered where several people are needed. */
export function grantPatterns(action: Action, assessment: Assessment): Partial<Record<GrantScope, string>> {
  if (assessment.band === 'critical') return { once: '' };
  const covered = `exactly ${describe(action)} in ${action.cwd}, up to risk ${assessment.score}`;
  return {
    once: '',
    task: `${covered}, while the program that started it runs`,
    session: `${covered}, for the rest of this session (at most 8 hours)`,
    '15m': `${covered}, in this session for 15 minutes`,
  };
}

function describe(action: Action): string {
  switch (action.kind) {
    case 'exec':
      return `\`${action.argv.join(' ')}\``;
    case 'tool':
      return `the tool \`${action.tool}\` with these arguments`;
    case 'mcp':
      return `the tool \`${action.tool}\` of \`${action.server}\` with these arguments`;
    case 'sql':
      return 'this SQL';
    case 'http':
      return `\`${action.method} ${action.url}\``;
  }
}

/** Claude Code: `PreToolUse` and its like. */
import { denyInClaudeForm, readClaudeForm } from './claude-form.ts';
import { line, type Dialect } from './dialect.ts';
import { doubleUnderscored, type Naming } from './tool-call.ts';

const NAMING: Naming = { shells: new Set(['Bash']), folders: [], mcp: doubleUnderscored };

export const claudeCode: Dialect = {
  client: 'claude-code',
  asks: new Set(['PreToolUse']),
  read: (payload, event) => readClaudeForm(payload, event, NAMING),
  rewrites: (event) => event === 'PreToolUse',
  write(answer) {
    switch (answer.kind) {
      case 'deny':
        return line(denyInClaudeForm(answer.reason));
      case 'rewrite':
        // Without a decision: an explicit allow would skip the client's own question to its user.
        return line({ hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: answer.input, additionalContext: answer.reason } }); // prettier-ignore
      case 'allow':
      case 'nothing':
        return '';
    }
  },
};

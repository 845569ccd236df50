/** Codex: the events of Claude Code, read more strictly. */
import { denyInClaudeForm, readClaudeForm } from './claude-form.ts';
import { line, type Dialect } from './dialect.ts';
import { doubleUnderscored, type Naming } from './tool-call.ts';

const NAMING: Naming = {
  shells: new Set(['Bash', 'shell', 'local_shell', 'shell_command', 'exec_command']),
  folders: ['workdir'],
  // Whatever is typed into a command later comes without a hook.
  stdin: 'pipe',
  mcp: doubleUnderscored,
};

export const codex: Dialect = {
  client: 'codex',
  asks: new Set(['PreToolUse']),
  read: (payload, event) => readClaudeForm(payload, event, NAMING),
  rewrites: (event) => event === 'PreToolUse',
  write(answer) {
    switch (answer.kind) {
      case 'deny':
        return line(denyInClaudeForm(answer.reason));
      case 'rewrite':
        // Ignored without an allow; a field that it does not know would make it run the original.
        return line({ hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow', updatedInput: answer.input } }); // prettier-ignore
      case 'allow':
      case 'nothing':
        // An allow alone is reported as invalid.
        return '';
    }
  },
};

/** Gemini CLI: `BeforeTool` and `AfterTool`, which carry no id of the call. */
import { hintsOf, snakeCall } from './claude-form.ts';
import { line, type Dialect, type HookResult } from './dialect.ts';
import { asFields, fieldsAt, textAt, type Fields } from './fields.ts';
import { joinedBy, type HookCall, type Naming } from './tool-call.ts';

const NAMING: Naming = {
  shells: new Set(['run_shell_command']),
  folders: ['dir_path', 'directory'],
  mcp: (tool) => (tool.startsWith('mcp_') ? joinedBy('_', tool.slice('mcp_'.length)) : undefined),
};

export const geminiCli: Dialect = {
  client: 'gemini-cli',
  asks: new Set(['BeforeTool']),
  read(payload, installedFor) {
    const event = textAt(payload, 'hook_event_name') ?? installedFor ?? '';
    const hints = hintsOf(payload);
    switch (event) {
      case 'BeforeTool':
        return { kind: 'before', event, hints, call: callIn(payload) };
      case 'AfterTool':
        return { kind: 'after', event, hints, call: callIn(payload), outcome: resultOf(payload) };
      case 'SessionStart':
        return { kind: 'session-start', event, hints };
      case 'SessionEnd':
        return { kind: 'session-end', event, hints };
      case 'BeforeAgent':
        return { kind: 'prompt', event, hints, text: textAt(payload, 'prompt') ?? '' };
      case '':
        throw new TypeError('it names no event');
      default:
        return { kind: 'other', event, hints };
    }
  },
  rewrites: (event) => event === 'BeforeTool',
  write(answer) {
    switch (answer.kind) {
      case 'deny':
        return line({ decision: 'deny', reason: answer.reason });
      case 'rewrite':
        return line({ hookSpecificOutput: { hookEventName: 'BeforeTool', tool_input: answer.input } });
      case 'allow':
      case 'nothing':
        return '';
    }
  },
};

/** Which server a tool belongs to is said beside its name, which alone does not tell. */
function callIn(payload: Fields): HookCall {
  const call = snakeCall(payload, NAMING);
  const context = fieldsAt(payload, 'mcp_context');
  const server = textAt(context, 'server_name');
  const tool = textAt(context, 'tool_name');
  return server === undefined || tool === undefined ? call : { ...call, means: { kind: 'mcp', server, tool } };
}

function resultOf(payload: Fields): HookResult {
  const result = payload['tool_response'];
  const told = asFields(result);
  const exit = /^Exit Code: (\d{1,3})$/m.exec(textAt(told, 'llmContent') ?? '')?.[1];
  const failed = told?.['error'] !== undefined || (exit !== undefined && exit !== '0');
  const exitCode = exit === undefined ? undefined : Number(exit);
  return { status: failed ? 'failed' : 'succeeded', exitCode, result };
}

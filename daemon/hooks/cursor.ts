/** Cursor, as its documentation has it: an event for each kind of tool, and every one is answered. */
import { line, type Dialect, type HookHints, type HookResult } from './dialect.ts';
import { numberAt, textAt, type Fields } from './fields.ts';
import { callOf, doubleUnderscored, type HookCall, type Naming } from './tool-call.ts';

const NAMING: Naming = {
  shells: new Set(['Shell', 'Bash']),
  folders: ['working_directory'],
  mcp: (tool) => doubleUnderscored(tool) ?? (tool.startsWith('MCP:') ? { server: 'unknown', tool: tool.slice('MCP:'.length) } : undefined), // prettier-ignore
};

export const cursor: Dialect = {
  client: 'cursor',
  asks: new Set(['beforeShellExecution', 'beforeMCPExecution', 'beforeReadFile', 'preToolUse', 'PreToolUse']),
  read(payload, installedFor) {
    const event = textAt(payload, 'hook_event_name') ?? installedFor ?? '';
    const hints = hintsOf(payload);
    switch (event) {
      case 'beforeShellExecution':
        return { kind: 'before', event, hints, call: shellCall(payload) };
      case 'beforeMCPExecution':
        return { kind: 'before', event, hints, call: mcpCall(payload) };
      case 'beforeReadFile':
        return { kind: 'before', event, hints, call: callOf(undefined, 'Read', { file_path: payload['file_path'] }, NAMING) }; // prettier-ignore
      case 'preToolUse':
      case 'PreToolUse':
        return { kind: 'before', event, hints, call: toolCall(payload) };
      case 'afterShellExecution':
        return { kind: 'after', event, hints, call: shellCall(payload), outcome: resultOf(payload, 'unknown') };
      case 'afterMCPExecution':
        return { kind: 'after', event, hints, call: mcpCall(payload), outcome: resultOf(payload, 'unknown') };
      case 'postToolUse':
        return { kind: 'after', event, hints, call: toolCall(payload), outcome: resultOf(payload, 'succeeded') };
      case 'postToolUseFailure':
        return { kind: 'after', event, hints, call: toolCall(payload), outcome: resultOf(payload, 'failed') };
      case 'sessionStart':
        return { kind: 'session-start', event, hints };
      case 'sessionEnd':
        return { kind: 'session-end', event, hints };
      case 'beforeSubmitPrompt':
        return { kind: 'prompt', event, hints, text: textAt(payload, 'prompt') ?? '' };
      case '':
        throw new TypeError('it names no event');
      default:
        return { kind: 'other', event, hints };
    }
  },
  rewrites: (event) => event === 'preToolUse' || event === 'PreToolUse',
  write(answer, event) {
    switch (answer.kind) {
      case 'deny':
        return line({ permission: 'deny', user_message: answer.reason, agent_message: answer.reason });
      case 'rewrite':
        return line({ permission: 'allow', updated_input: answer.input, agent_message: answer.reason });
      case 'allow':
        return line({ permission: 'allow' });
      case 'nothing':
        // An answer that is missing counts as a hook that failed, where failures close.
        return line(event === 'beforeSubmitPrompt' || event === 'sessionStart' ? { continue: true } : {});
    }
  },
};

function hintsOf(payload: Fields): HookHints {
  const roots = payload['workspace_roots'];
  const root = Array.isArray(roots) && typeof roots[0] === 'string' ? roots[0] : undefined;
  return {
    session: textAt(payload, 'conversation_id', 'session_id') ?? '',
    cwd: textAt(payload, 'cwd') ?? root,
    model: textAt(payload, 'model'),
  };
}

function shellCall(payload: Fields): HookCall {
  const command = textAt(payload, 'command');
  if (command === undefined) throw new TypeError('it names no command');
  return callOf(textAt(payload, 'tool_use_id'), 'Shell', { command }, NAMING);
}

/** The server is known by its address or by how it was started. */
function mcpCall(payload: Fields): HookCall {
  const tool = textAt(payload, 'tool_name');
  if (tool === undefined) throw new TypeError('it names no tool');
  const server = textAt(payload, 'server_name', 'server', 'url', 'command') ?? 'unknown';
  const call = callOf(textAt(payload, 'tool_use_id'), tool, payload['tool_input'], NAMING);
  return { ...call, means: { kind: 'mcp', server, tool } };
}

function toolCall(payload: Fields): HookCall {
  const tool = textAt(payload, 'tool_name');
  if (tool === undefined) throw new TypeError('it names no tool');
  return callOf(textAt(payload, 'tool_use_id'), tool, payload['tool_input'], NAMING);
}

function resultOf(payload: Fields, status: HookResult['status']): HookResult {
  const result = payload['output'] ?? payload['result_json'] ?? payload['tool_output'] ?? payload['error_message'];
  return { status, durationMs: numberAt(payload, 'duration'), result };
}

/** What Claude Code, Codex and Copilot's second dialect have in common. */
import type { HookEvent, HookHints, HookResult } from './dialect.ts';
import { asFields, fieldsAt, numberAt, textAt, type Fields } from './fields.ts';
import { callOf, type HookCall, type Naming } from './tool-call.ts';

export function hintsOf(payload: Fields): HookHints {
  return {
    session: textAt(payload, 'session_id') ?? '',
    cwd: textAt(payload, 'cwd'),
    model: textAt(payload, 'model'),
  };
}

export function snakeCall(payload: Fields, naming: Naming): HookCall {
  const tool = textAt(payload, 'tool_name');
  if (tool === undefined) throw new TypeError('it names no tool');
  return callOf(textAt(payload, 'tool_use_id', 'tool_call_id'), tool, payload['tool_input'], naming);
}

/** The events by the names that Claude Code gave them. */
export function readClaudeForm(payload: Fields, installedFor: string | undefined, naming: Naming): HookEvent {
  const event = textAt(payload, 'hook_event_name') ?? installedFor ?? '';
  const hints = hintsOf(payload);
  switch (event) {
    case 'PreToolUse':
      return { kind: 'before', event, hints, call: snakeCall(payload, naming) };
    case 'PostToolUse':
    case 'PostToolUseFailure':
      return { kind: 'after', event, hints, call: snakeCall(payload, naming), outcome: resultOf(payload, event) };
    case 'SessionStart':
      return { kind: 'session-start', event, hints };
    case 'SessionEnd':
      return { kind: 'session-end', event, hints };
    case 'UserPromptSubmit':
      return { kind: 'prompt', event, hints, text: textAt(payload, 'prompt') ?? '' };
    case '':
      throw new TypeError('it names no event');
    default:
      return { kind: 'other', event, hints };
  }
}

function resultOf(payload: Fields, event: string): HookResult {
  const result = payload['tool_response'] ?? payload['tool_result'] ?? payload['error'];
  const told = asFields(result);
  const exitCode = numberAt(told, 'exit_code', 'exitCode') ?? numberAt(fieldsAt(told, 'metadata'), 'exit_code');
  const common = { exitCode, durationMs: numberAt(payload, 'duration_ms'), result };
  if (event === 'PostToolUseFailure' || told?.['success'] === false) return { status: 'failed', ...common };
  if (told?.['interrupted'] === true) return { status: 'cancelled', ...common };
  if (exitCode !== undefined) return { status: exitCode === 0 ? 'succeeded' : 'failed', ...common };
  // A text alone does not say how it went.
  return { status: told === undefined ? 'unknown' : 'succeeded', ...common };
}

export function denyInClaudeForm(reason: string): Fields {
  return {
    hookSpecificOutput: {
      hookEventName: 'PreToolUse',
      permissionDecision: 'deny',
      permissionDecisionReason: reason,
    },
  };
}

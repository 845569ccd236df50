/** Copilot CLI: its own dialect, whose JSON names no event, and Claude's when the hook's name begins with a capital. */
import { denyInClaudeForm, readClaudeForm } from './claude-form.ts';
import { line, type Dialect, type HookEvent, type HookHints, type HookResult } from './dialect.ts';
import { fieldsAt, textAt, type Fields } from './fields.ts';
import { callOf, joinedBy, type HookCall, type Naming } from './tool-call.ts';

const NAMING: Naming = {
  shells: new Set(['bash', 'Bash']),
  folders: [],
  // `fs-write_file`, and `fs/write_file` where it asks for permission; its own tools have neither mark.
  mcp: (tool) => joinedBy('/', tool) ?? joinedBy('-', tool),
};

export const copilotCli: Dialect = {
  client: 'copilot-cli',
  asks: new Set(['preToolUse', 'PreToolUse']),
  read: (payload, event) =>
    textAt(payload, 'hook_event_name') !== undefined || /^[A-Z]/.test(event ?? '')
      ? readClaudeForm(payload, event, NAMING)
      : readOwn(payload, event),
  rewrites: (event) => event === 'preToolUse' || event === 'PreToolUse',
  write(answer, event) {
    const own = event !== 'PreToolUse';
    switch (answer.kind) {
      case 'deny':
        return line(own ? { permissionDecision: 'deny', permissionDecisionReason: answer.reason } : denyInClaudeForm(answer.reason)); // prettier-ignore
      case 'rewrite':
        return line(own ? { modifiedArgs: answer.input } : { hookSpecificOutput: { hookEventName: 'PreToolUse', updatedInput: answer.input } }); // prettier-ignore
      case 'allow':
      case 'nothing':
        return '';
    }
  },
};

function readOwn(payload: Fields, installedFor: string | undefined): HookEvent {
  const event = installedFor ?? textAt(payload, 'hookName') ?? impliedEvent(payload);
  const hints: HookHints = { session: textAt(payload, 'sessionId') ?? '', cwd: textAt(payload, 'cwd'), model: textAt(payload, 'model') }; // prettier-ignore
  switch (event) {
    case 'preToolUse':
      return { kind: 'before', event, hints, call: callIn(payload) };
    case 'postToolUse':
    case 'postToolUseFailure':
      return { kind: 'after', event, hints, call: callIn(payload), outcome: resultOf(payload, event) };
    case 'sessionStart':
      return { kind: 'session-start', event, hints };
    case 'sessionEnd':
      return { kind: 'session-end', event, hints };
    case 'userPromptSubmitted':
      return { kind: 'prompt', event, hints, text: textAt(payload, 'prompt') ?? '' };
    default:
      return { kind: 'other', event, hints };
  }
}

/** INVARIANT: a tool without a result is taken for one that is about to run. */
function impliedEvent(payload: Fields): string {
  if (textAt(payload, 'toolName') === undefined) throw new TypeError('it names neither event nor tool');
  return payload['toolResult'] === undefined ? 'preToolUse' : 'postToolUse';
}

function callIn(payload: Fields): HookCall {
  const tool = textAt(payload, 'toolName');
  if (tool === undefined) throw new TypeError('it names no tool');
  return callOf(textAt(payload, 'toolCallId'), tool, payload['toolArgs'] ?? payload['toolInput'], NAMING);
}

function resultOf(payload: Fields, event: string): HookResult {
  const told = fieldsAt(payload, 'toolResult');
  const text = textAt(told, 'textResultForLlm') ?? '';
  const exit = /<shellId: \S+ completed with exit code (\d{1,3})>\s*$/.exec(text)?.[1];
  const exitCode = exit === undefined ? undefined : Number(exit);
  const worked = event === 'postToolUse' && told?.['resultType'] === 'success' && (exitCode ?? 0) === 0;
  return { status: worked ? 'succeeded' : 'failed', exitCode, result: payload['toolResult'] };
}

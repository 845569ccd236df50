/** OpenClaw: our plugin hands on `{event, input: {event, ctx}, cwd}` of its hooks. */
import type { Dialect, HookHints, HookResult } from './dialect.ts';
import { fieldsAt, numberAt, textAt, type Fields } from './fields.ts';
import { writePluginForm } from './plugin-form.ts';
import { callOf, doubleUnderscored, type HookCall, type Naming } from './tool-call.ts';

const NAMING: Naming = {
  shells: new Set(['exec', 'bash']),
  folders: ['workdir'],
  variables: 'env',
  mcp: (tool) => doubleUnderscored(tool) ?? joined(tool),
};

export const openclaw: Dialect = {
  client: 'openclaw',
  asks: new Set(['before_tool_call']),
  read(payload, installedFor) {
    const event = textAt(payload, 'event') ?? installedFor ?? '';
    const input = fieldsAt(payload, 'input');
    const context = fieldsAt(input, 'ctx');
    const hints: HookHints = {
      session: textAt(context, 'sessionId', 'sessionKey') ?? '',
      cwd: textAt(payload, 'cwd'),
      model: textAt(context, 'model'),
    };
    switch (event) {
      case 'before_tool_call':
        return { kind: 'before', event, hints, call: callIn(input) };
      case 'after_tool_call':
        return { kind: 'after', event, hints, call: callIn(input), outcome: resultOf(fieldsAt(input, 'event')) };
      case 'session_start':
        return { kind: 'session-start', event, hints };
      case 'session_end':
        return { kind: 'session-end', event, hints };
      case 'before_agent_start':
        return { kind: 'prompt', event, hints, text: textAt(fieldsAt(input, 'event'), 'prompt') ?? '' };
      case '':
        throw new TypeError('it names no event');
      default:
        return { kind: 'other', event, hints };
    }
  },
  rewrites: (event) => event === 'before_tool_call',
  write: writePluginForm,
};

/** `fs__write_file`. */
function joined(tool: string): { readonly server: string; readonly tool: string } | undefined {
  const [, server, name] = /^(.+?)__(.+)$/s.exec(tool) ?? [];
  return server === undefined || name === undefined ? undefined : { server, tool: name };
}

function callIn(input: Fields | undefined): HookCall {
  const event = fieldsAt(input, 'event');
  const tool = textAt(event, 'toolName') ?? textAt(input, 'tool_name');
  if (tool === undefined) throw new TypeError('it names no tool');
  return callOf(textAt(event, 'toolCallId'), tool, event?.['params'], NAMING);
}

function resultOf(event: Fields | undefined): HookResult {
  const result = event?.['result'];
  const details = fieldsAt(fieldsAt(event, 'result'), 'details');
  const exitCode = numberAt(details, 'exitCode');
  const common = { exitCode, durationMs: numberAt(event, 'durationMs'), result };
  if (textAt(details, 'status') === 'blocked') return { status: 'cancelled', ...common };
  const failed = event?.['error'] !== undefined || (exitCode ?? 0) !== 0;
  return { status: failed ? 'failed' : 'succeeded', ...common };
}

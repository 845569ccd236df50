/** opencode: our plugin hands on `{event, input, output, cwd}` of its hooks. */
import type { Dialect, HookHints, HookResult } from './dialect.ts';
import { fieldsAt, numberAt, textAt, type Fields } from './fields.ts';
import { writePluginForm } from './plugin-form.ts';
import { callOf, joinedBy, type HookCall, type Naming } from './tool-call.ts';

/** Its own tools with the mark that joins a server to its tool. */
const OWN = new Set(['apply_patch', 'plan_enter', 'plan_exit', 'todo_read', 'todo_write', 'web_fetch', 'web_search']);
const NAMING: Naming = {
  shells: new Set(['bash']),
  folders: ['workdir'],
  mcp: (tool) => (OWN.has(tool) ? undefined : joinedBy('_', tool)),
};

export const opencode: Dialect = {
  client: 'opencode',
  asks: new Set(['tool.execute.before']),
  read(payload, installedFor) {
    const event = textAt(payload, 'event') ?? installedFor ?? '';
    const input = fieldsAt(payload, 'input');
    const hints: HookHints = { session: textAt(input, 'sessionID') ?? '', cwd: textAt(payload, 'cwd'), model: textAt(input, 'model') }; // prettier-ignore
    switch (event) {
      case 'tool.execute.before':
        return { kind: 'before', event, hints, call: callIn(input, fieldsAt(payload, 'output')?.['args']) };
      case 'tool.execute.after':
        return { kind: 'after', event, hints, call: callIn(input, input?.['args']), outcome: resultOf(payload) };
      case 'session.created':
        return { kind: 'session-start', event, hints };
      case 'chat.message':
        return { kind: 'prompt', event, hints, text: textAt(payload, 'text') ?? '' };
      case '':
        throw new TypeError('it names no event');
      default:
        return { kind: 'other', event, hints };
    }
  },
  rewrites: (event) => event === 'tool.execute.before',
  write: writePluginForm,
};

function callIn(input: Fields | undefined, args: unknown): HookCall {
  const tool = textAt(input, 'tool');
  if (tool === undefined) throw new TypeError('it names no tool');
  return callOf(textAt(input, 'callID'), tool, args, NAMING);
}

function resultOf(payload: Fields): HookResult {
  const output = fieldsAt(payload, 'output');
  const exitCode = numberAt(fieldsAt(output, 'metadata'), 'exit');
  return { status: (exitCode ?? 0) === 0 ? 'succeeded' : 'failed', exitCode, result: output?.['output'] };
}

/** An AuthZEN evaluation as one of our actions: what the resource is tells what kind. */
import { EvaluateAction, Understands } from '../../protocol/agent-api.ts';
import type { AccessContext, AccessEvaluationRequest } from '../../protocol/authzen.ts';
import { CountersignError } from '../../protocol/errors.ts';

type Given = Pick<AccessEvaluationRequest, 'action' | 'resource'>;
/** What nobody would call a thing that is only looked at, whatever name the action has. */
const SHELL = /^(?:shell|bash|sh|zsh|cmd|command|terminal)(?:[ _-]?(?:command|cmd|line|script))?$/i;
/** Judged as the place that it is. */
const PLACE = /^(?:(?:local|text|config)[ _-]?)?(?:file|path|folder|directory|document)$/i;

type Details = Readonly<Record<string, unknown>> | undefined;

/** Throws `bad_request` when the parts do not make an action. */
export function accessAction({ subject, action, resource, context = {} }: AccessEvaluationRequest): EvaluateAction {
  const shared = {
    // Unknown, which never makes less of anything.
    cwd: textOf(context, 'cwd') ?? '?',
    agent: subject.id,
    context: wordsOf(context),
  };
  const parsed = EvaluateAction.safeParse({ ...kindOf({ action, resource }), ...shared });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CountersignError('bad_request', `no action of this kind: ${issue?.message ?? 'invalid'}`);
}

/** Kinds of obligations that the caller says it honours. */
export function accessUnderstands(context: AccessContext = {}): string[] {
  const parsed = Understands.safeParse(context['understands'] ?? []);
  if (parsed.success) return parsed.data;
  throw new CountersignError('bad_request', '`context.understands`: must be a list of kinds of obligations');
}

function kindOf({ action, resource }: Given): Record<string, unknown> {
  const { id, properties } = resource;
  switch (SHELL.test(resource.type) ? 'command' : resource.type) {
    case 'command':
      return { kind: 'exec', argv: ['bash', '-c', id], stdin: 'unknown' };
    case 'tool':
      return { kind: 'tool', tool: id, args: { ...action.properties, ...besides(properties) } };
    case 'mcp_tool': {
      const [, server = '', tool = ''] = /^([^/]+)\/(.+)$/s.exec(id) ?? [];
      return { kind: 'mcp', server, tool, args: { ...action.properties, ...besides(properties) } };
    }
    case 'sql':
      return { kind: 'sql', source: id, ...picked(properties, ['dialect', 'host', 'database']) };
    case 'url':
      return { kind: 'http', method: action.name.toUpperCase(), url: id, ...picked(properties, ['bodyBytes']) };
    default:
      return {
        kind: 'tool',
        tool: action.name,
        args: {
          ...action.properties,
          ...(PLACE.test(resource.type) ? { path: id } : {}),
          resource: { ...properties, type: resource.type, id },
        },
      };
  }
}

/** What says more of the resource is judged with it. */
function besides(properties: Details): Record<string, unknown> {
  return properties === undefined ? {} : { resource: properties };
}

function picked(properties: Details, names: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties ?? {}).filter(([name]) => names.includes(name)));
}

function wordsOf(context: AccessContext): Record<string, string> {
  const given = {
    prompt: textOf(context, 'prompt'),
    reasoning: textOf(context, 'reasoning'),
    model: textOf(context, 'model'),
    toolCallId: textOf(context, 'tool_call_id'),
  };
  return Object.fromEntries(
    Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

function textOf(context: AccessContext, name: string): string | undefined {
  const value = context[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new CountersignError('bad_request', `\`context.${name}\`: must be text`);
}

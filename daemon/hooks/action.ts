/** A tool call as the action that the gate judges. */
import { createHash } from 'node:crypto';

import type { Action, ActionContext, ToolAction } from '../../protocol/action.ts';
import type { WireHook } from '../../protocol/wire.ts';
import { digestOf } from '../gate/digest.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import type { HookHints } from './dialect.ts';
import { folderOf, type HookCall } from './tool-call.ts';

/** As long as an action's context may be; the rest of what an agent says is left out. */
const MAX_SAID = 65_536;
const MAX_NAME = 256;

type Asker = Pick<Belonging, 'agent' | 'session'>;

export function actionOf(call: HookCall, hints: HookHints, { cwd: hookFolder, env }: Pick<WireHook, 'cwd' | 'env'>, { agent, session }: Asker): Action {
  const { means, input, tool } = call;
  const base = hints.cwd ?? hookFolder;
  const cwd = folderOf(base, means.kind === 'exec' ? means.folder : undefined);
  const shared = {
    cwd: cwd.toWellFormed(),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name.toWellFormed(), value.toWellFormed()])),
    agent,
    session,
    context: contextOf(call, hints),
  };
  switch (means.kind) {
    case 'exec': {
      const exact = means.argv.every((word) => word.isWellFormed()) && cwd.isWellFormed();
      const argv = means.argv.map((word) => word.toWellFormed());
      return { kind: 'exec', argv, stdin: means.stdin, ...shared, ...(exact ? {} : { rawDigest: rawDigestOf(means.argv, cwd) }) }; // prettier-ignore
    }
    case 'mcp':
      return { kind: 'mcp', server: nameOf(means.server), tool: nameOf(means.tool), args: argumentsOf(input), ...shared }; // prettier-ignore
    case 'tool':
      return { kind: 'tool', tool: nameOf(tool), args: argumentsOf(input), ...shared };
  }
} // prettier-ignore

/** What is done and where, whoever tells of it: the same for every hook of one call. */
export function deedDigest(action: Action): string {
  const { agent: _agent, session: _session, env: _env, context: _context, ...deed } = action;
  return digestOf(deed);
}

function contextOf({ id, said }: HookCall, { model, prompt }: HookHints): ActionContext {
  return {
    ...(prompt === undefined ? {} : { prompt: cut(prompt, MAX_SAID) }),
    ...(said === undefined ? {} : { reasoning: cut(said, MAX_SAID) }),
    ...(model === undefined ? {} : { model: cut(model, MAX_NAME) }),
    ...(id === undefined ? {} : { toolCallId: cut(id, MAX_NAME) }),
  };
}

function cut(text: string, most: number): string {
  return text.slice(0, most).toWellFormed();
}

function nameOf(name: string): string {
  return cut(name, MAX_NAME);
}

/** INVARIANT: texts that differ stay different, also where halves of characters have no canonical JSON. */
function argumentsOf(input: HookCall['input']): ToolAction['args'] {
  return wellFormed(input) as ToolAction['args']; // it came out of JSON
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.isWellFormed() ? value : value.replaceAll(/\p{Cs}/gu, escaped);
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [String(wellFormed(key)), wellFormed(held)]));
}

function escaped(half: string): string {
  return `\\u${half.charCodeAt(0).toString(16)}`;
}

function rawDigestOf(argv: readonly string[], cwd: string): string {
  return createHash('sha256')
    .update(JSON.stringify([argv, cwd]))
    .digest('hex');
}

/** Settings that Claude Code invented and others took over: groups with a matcher, each with its hooks. */
import type { ConnectedEntry } from '../../../protocol/connected.ts';
import type { HookClient } from '../../../protocol/wire.ts';
import { hookCommand } from '../hook-command.ts';
import { isFields, valueAt } from '../values.ts';
import { item } from '../wanted.ts';

export type GroupedHook = {
  readonly event: string;
  readonly timeoutMs: number;
  /** What the client writes its timeout in. */
  readonly unitMs: number;
  readonly more?: Readonly<Record<string, unknown>>;
  readonly matcher?: string;
};

export function groupedHook(client: HookClient, hook: string, { event, timeoutMs, unitMs, more, matcher }: GroupedHook): ConnectedEntry {
  const command = hookCommand(hook, client, event, timeoutMs);
  const entry = { type: 'command', command, timeout: timeoutMs / unitMs, ...more };
  return item(['hooks', event], { ...(matcher !== undefined && { matcher }), hooks: [entry] });
} // prettier-ignore

export function deniesInClaudeForm(printed: unknown): boolean {
  const said = valueAt(printed, ['hookSpecificOutput']);
  return (
    isFields(said) &&
    said['permissionDecision'] === 'deny' &&
    typeof said['permissionDecisionReason'] === 'string' &&
    said['permissionDecisionReason'] !== ''
  );
}

export function bashCall(event: string, command: string, session: string, cwd: string): unknown {
  return {
    session_id: session,
    cwd,
    hook_event_name: event,
    tool_name: 'Bash',
    tool_input: { command },
    tool_use_id: session,
  };
}

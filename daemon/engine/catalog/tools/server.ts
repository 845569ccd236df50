/** What an MCP server does by the tools it offers, rather than by one that is called. */
import type { McpAction } from '../../../../protocol/action.ts';
import { TOOL_DOUBTS, TOOLS_CHANGED } from '../../../../protocol/mcp.ts';
import type { EffectDraft } from '../../types.ts';
import { draft } from '../rules.ts';

/** `undefined` for a call. A server that names a tool like this is only asked about more. */
export function serverEffects({ server, tool }: McpAction): readonly EffectDraft[] | undefined {
  if (tool !== TOOLS_CHANGED) return undefined;
  return [draft('tools.change', [{ kind: 'resource', name: server }])];
}

export function doubtEffects({ doubts = [] }: McpAction): readonly EffectDraft[] {
  return doubts.map((doubt) => draft('tools.doubt', [{ kind: 'resource', name: TOOL_DOUBTS[doubt] }]));
}

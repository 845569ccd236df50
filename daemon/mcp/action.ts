/** A call of a tool, and a change of what is offered, as the actions that the gate judges. */
import type { McpAction } from '../../protocol/action.ts';
import { TOOLS_CHANGED, type ToolDoubt } from '../../protocol/mcp.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import type { HiddenText } from './hidden-text.ts';
import { changedParts, type Listing, type OfferedTool } from './listing.ts';
import type { PinnedServer } from './pins.ts';

/** One client before one server. */
export type Channel = {
  readonly id: string;
  readonly server: string;
  /** How it is started, without its secrets. */
  readonly launch: readonly string[];
  readonly key: string;
  readonly cwd: string;
};

export type CalledTool = {
  readonly tool: string;
  readonly args: McpAction['args'];
  readonly parameters: readonly string[] | undefined;
  readonly doubts: readonly ToolDoubt[];
  readonly toolCallId: string | undefined;
};

export function callAction(channel: Channel, { session, agent }: Belonging, called: CalledTool): McpAction {
  const { tool, args, parameters, doubts, toolCallId } = called;
  return {
    kind: 'mcp',
    server: channel.server,
    tool,
    args,
    ...(parameters === undefined ? {} : { parameters: [...parameters] }),
    ...(doubts.length === 0 ? {} : { doubts: [...doubts] }),
    cwd: channel.cwd === '' ? '?' : channel.cwd,
    env: {},
    agent,
    session,
    ...(toolCallId === undefined ? {} : { context: { toolCallId } }),
  };
}

/** Names shown of one change; the rest is counted. */
const MAX_SHOWN = 50;
/** Of one description, for the prompt. */
const MAX_SAID = 600;

/** What a person is asked when a server offers something else than before. */
export function changeAction(channel: Channel, belonging: Belonging, listing: Listing, known: PinnedServer | undefined): McpAction {
  const { changed, added, hidden } = listing;
  const args: McpAction['args'] = {
    ...(changed.length === 0 ? {} : { changed: changed.slice(0, MAX_SHOWN).map((tool) => differing(tool, known)) }),
    ...(added.length === 0 ? {} : { added: added.slice(0, MAX_SHOWN).map((tool) => ({ tool: tool.name, now: said(tool.offered) })) }),
    ...(hidden.length === 0 ? {} : { hidden: hidden.slice(0, MAX_SHOWN).map(({ tool, what }: HiddenText) => ({ tool, what })) }),
    tools: changed.length + added.length,
    // The whole of it is bound by what is signed.
    digests: [...changed, ...added].map(({ digest }) => digest).toSorted(),
    launch: [...channel.launch],
  };
  const called = { tool: TOOLS_CHANGED, args, parameters: undefined, doubts: [], toolCallId: undefined };
  return callAction(channel, belonging, called);
} // prettier-ignore

function differing(tool: OfferedTool, known: PinnedServer | undefined): Record<string, string | string[]> {
  const before = known?.tools[tool.name];
  if (before === undefined) return { tool: tool.name, now: said(tool.offered) };
  return { tool: tool.name, parts: changedParts(before, tool), before: said(before.offered), now: said(tool.offered) };
}

/** Its description, with what cannot be seen written out. */
function said(offered: string): string {
  const { description } = JSON.parse(offered) as { description?: unknown };
  const text = typeof description === 'string' ? description : '';
  return text
    .slice(0, MAX_SAID)
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}]/gu, written)
    .toWellFormed();
}

function written(character: string): string {
  if (character === '\n' || character === '\t') return character;
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

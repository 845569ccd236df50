/** What a server offers, as far as a person knows it: lists are compared, and what is new in them is held back. */
import { z } from 'zod';

import type { KnownTool, ToolDoubt, WithheldTool } from '../../protocol/mcp.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import type { Channel } from './action.ts';
import type { Changes } from './changes.ts';
import { compare, offeredTools, type Listing, type OfferedTool } from './listing.ts';
import { doubtsOf } from './look-alike.ts';
import type { PinnedServer, Pins } from './pins.ts';

/** Of a list that comes in pages. */
export type Page = { readonly first: boolean; readonly last: boolean };

export type Offers = {
  known(channel: Channel): readonly KnownTool[];
  /** Throws `bad_request` for what is no list. */
  listed(channel: Channel, belonging: Belonging, given: unknown, page: Page): readonly WithheldTool[];
  /** Why a tool cannot be called. */
  withheld(channel: Channel, tool: string): string | undefined;
  /** What its schema takes, and what is odd about it. */
  forget(channel: Channel): void;
  about(channel: Channel, tool: string): { readonly parameters: readonly string[] | undefined; readonly doubts: readonly ToolDoubt[] };
}; // prettier-ignore

type OffersOptions = { readonly pins: Pins; readonly changes: Changes; readonly wallMs: () => number };

const Schema = z.looseObject({ inputSchema: z.looseObject({ properties: z.looseObject({}).optional() }).optional() });
/** As many arguments as an action names. */
const MAX_PARAMETERS = 1_024;

export function createOffers({ pins, changes, wallMs }: OffersOptions): Offers {
  /** What a channel was last shown of; others may be shown something else. */
  const held = new Map<string, Map<string, string>>();
  const doubts = new Map<string, readonly ToolDoubt[]>();

  const pin = ({ key, server, launch }: Channel, { trusted }: Listing, last: boolean): void => {
    const at = wallMs();
    const before = pins.find(key);
    const known = before ?? { server, launch: [...launch], key, firstAt: at, complete: false, tools: {}, refused: [] };
    const complete = known.complete || last;
    if (before !== undefined && trusted.length === 0 && complete === known.complete) return;
    const more = trusted.map(({ name, digest, offered }) => [name, { digest, offered, at, agreed: false }] as const);
    pins.put({ ...known, complete, tools: { ...known.tools, ...Object.fromEntries(more) } });
    doubts.clear();
  };

  /** INVARIANT: a list that begins anew ends the first one, whether its last page was seen or not. */
  const begin = ({ key }: Channel): void => {
    const known = pins.find(key);
    if (known !== undefined && !known.complete) pins.put({ ...known, complete: true });
  };

  return {
    known: ({ key }) => Object.entries(pins.find(key)?.tools ?? {}).flatMap(([name, { offered }]) => schemaOf(name, offered)), // prettier-ignore
    listed(channel, belonging, given, { first, last }) {
      const tools = offeredTools(given);
      if (first) begin(channel);
      const listing = compare(tools, pins.find(channel.key));
      pin(channel, listing, last);
      const waiting = [...listing.changed, ...listing.added];
      const approval = waiting.length === 0 ? undefined : changes.ask(channel, belonging, listing);
      const mine = held.get(channel.id) ?? new Map<string, string>();
      held.set(channel.id, mine);
      for (const { name } of tools) mine.delete(name);
      for (const tool of waiting) mine.set(tool.name, waitingWords(tool, approval));
      for (const { name } of listing.refused) mine.set(name, REFUSED);
      return tools.flatMap(({ name }) => (mine.has(name) ? [{ name, why: mine.get(name) ?? '' }] : []));
    },
    forget: ({ id }) => void held.delete(id),
    withheld: ({ id }, tool) => held.get(id)?.get(tool),
    about({ key, server }, tool) {
      const known = pins.find(key);
      const pinned = known !== undefined && Object.hasOwn(known.tools, tool) ? known.tools[tool] : undefined;
      // A server that lists nothing yet has not been asked; its tools are unknown all the same.
      if (pinned === undefined) return { parameters: undefined, doubts: ['unlisted'] };
      const id = `${key} ${tool} ${pinned.digest}`;
      // What a person looked at is no longer in doubt.
      const odd = pinned.agreed ? [] : (doubts.get(id) ?? doubtsOf({ server, tool }, pinned.offered, othersOf(pins, known))); // prettier-ignore
      doubts.set(id, odd);
      return { parameters: parametersOf(pinned.offered), doubts: odd };
    },
  };
}

/** One name started in several ways is one server to a person. */
function othersOf(pins: Pins, known: PinnedServer | undefined): { server: string; tool: string }[] {
  const others = pins.list().filter(({ server, key }) => server !== known?.server || key === known.key);
  return others.flatMap(({ server, tools }) => Object.keys(tools).map((tool) => ({ server, tool })));
}

function schemaOf(name: string, offered: string): KnownTool[] {
  const { inputSchema } = Schema.parse(JSON.parse(offered));
  return inputSchema === undefined ? [] : [{ name, inputSchema: JSON.stringify(inputSchema) }];
}

function parametersOf(offered: string): readonly string[] | undefined {
  const parsed = Schema.safeParse(JSON.parse(offered));
  const names = Object.keys(parsed.data?.inputSchema?.properties ?? {});
  return parsed.success && parsed.data.inputSchema !== undefined && names.length <= MAX_PARAMETERS ? names.map((one) => one.slice(0, 256)) : undefined; // prettier-ignore
}

const REFUSED = 'denied, because a person refused what its server offers under this name now. next: use another tool, or ask the human what they want instead.'; // prettier-ignore

function waitingWords({ name }: OfferedTool, approval: string | undefined): string {
  const how = approval === undefined ? '`countersign pending`' : `\`countersign approve ${approval}\``;
  return `not yet: what its server offers as \`${name}\` is not what a person knows of it, and waits to be looked at (${how}). next: tell the human; the tool can be called once they agreed.`;
}

/** What a server lists beside what is known of it: pure. */
import { z } from 'zod';

import { CountersignError } from '../../protocol/errors.ts';
import { digestOf } from '../gate/digest.ts';
import { hiddenText, type HiddenText } from './hidden-text.ts';
import type { PinnedServer, PinnedTool } from './pins.ts';

/** A tool as a server gave it. */
export type OfferedTool = { readonly name: string; readonly digest: string; readonly offered: string };

/** How a list differs from what is known. */
export type Listing = {
  /** Known from now on without asking. */
  readonly trusted: readonly OfferedTool[];
  /** Names, in the order of the list. */
  readonly changed: readonly OfferedTool[];
  readonly added: readonly OfferedTool[];
  /** A person refused them as they are. */
  readonly refused: readonly OfferedTool[];
  readonly hidden: readonly HiddenText[];
};

/** A long list of a large server; more is no list that a model could use. */
const MAX_TOOLS = 2_000;

/** INVARIANT: no member of these lists is left out of what is known, whatever a client makes of it. */
const Offered = z.array(z.looseObject({ name: z.string().min(1).max(256) })).max(MAX_TOOLS);

/** Throws `bad_request` for what is no list of tools. */
export function offeredTools(given: unknown): OfferedTool[] {
  const parsed = Offered.safeParse(given);
  if (!parsed.success) throw new CountersignError('bad_request', 'this is no list of tools');
  const names = new Set(parsed.data.map(({ name }) => name));
  if (names.size < parsed.data.length) throw new CountersignError('bad_request', 'two tools of one list have the same name'); // prettier-ignore
  return parsed.data.map((tool) => {
    // What a server tells about one answer is no part of what it offers.
    const { _meta, ...offer } = tool;
    return { name: tool.name, digest: digestOf(offer), offered: JSON.stringify(offer) };
  });
}

export function compare(tools: readonly OfferedTool[], known: PinnedServer | undefined): Listing {
  const first = known === undefined || !known.complete;
  const pinOf = ({ name }: OfferedTool): PinnedTool | undefined =>
    known !== undefined && Object.hasOwn(known.tools, name) ? known.tools[name] : undefined;
  const unknown = tools.filter((tool) => pinOf(tool)?.digest !== tool.digest);
  const refused = unknown.filter(({ digest }) => known?.refused.includes(digest) === true);
  const open = unknown.filter((tool) => !refused.includes(tool));
  const hidden = open.flatMap((tool) => hiddenText(tool.name, JSON.parse(tool.offered)));
  const isHidden = ({ name }: OfferedTool): boolean => hidden.some(({ tool }) => tool === name);
  const changed = open.filter((tool) => pinOf(tool) !== undefined);
  const news = open.filter((tool) => pinOf(tool) === undefined);
  const trusted = first ? news.filter((tool) => !isHidden(tool)) : [];
  return { trusted, changed, added: news.filter((tool) => !trusted.includes(tool)), refused, hidden };
}

/** What is said of each part of a tool that changed, for a person. */
export function changedParts({ offered }: Pick<PinnedTool, 'offered'>, now: OfferedTool): string[] {
  const [before, after] = [partsOf(offered), partsOf(now.offered)];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => digestOf(before[name] ?? null) !== digestOf(after[name] ?? null));
}

function partsOf(offered: string): Readonly<Record<string, unknown>> {
  return z.record(z.string(), z.unknown()).parse(JSON.parse(offered));
}

/** How policies and settings stand, as the trace last said it, and what follows from that when a daemon starts. */
import { z } from 'zod';

import { PolicyPack } from '../../protocol/config.ts';
import type { LastWord } from '../trace/messages.ts';
import type { Sources } from './sources.ts';

/** The frames that say it are one trace, so that the last of them is found without looking at others. */
export const STANDING_TRACE = 'policy-standing';

/** `held`: an agent may be there that could have made an edit. `prepared`: see `policy/prepared.ts`. */
export const Standing = z.object({
  accepted: z.string(),
  held: z.boolean(),
  waiting: z.boolean(),
  prepared: z.string(),
});
export type Standing = z.infer<typeof Standing>;

/** `unknown`: the trace cannot be asked. `lost`: it lost frames. `none`: it never said anything. */
export type Known = (Standing & { readonly kind: 'said'; readonly at: number }) | { readonly kind: 'none' | 'lost' | 'unknown' }; // prettier-ignore

export function knownOf(last: LastWord | undefined): Known {
  if (last === undefined) return { kind: 'unknown' };
  const { word, lostSince } = last;
  if (lostSince) return { kind: 'lost' };
  if (word === undefined) return { kind: 'none' };
  const standing = Standing.safeParse(word.data);
  return standing.success ? { kind: 'said', at: word.at, ...standing.data } : { kind: 'lost' };
}

export type Beginning = {
  readonly known: Known;
  /** Digest of what lies there. */
  readonly found: string;
  /** The accepted copy, verified. */
  readonly copy: Sources | undefined;
  /** Whether anything was ever accepted in this home, by the copies alone. */
  readonly used: boolean;
  /** A governed run goes on, or ended while no daemon was there to see it. */
  readonly runs: boolean;
  /** When the machine started; what ran before that is gone. */
  readonly bootedAt: number;
};

export type Begun = {
  readonly from: 'found' | 'copy' | 'strictest';
  /** Whether what lies there waits because it differs from that. */
  readonly waits: boolean;
  /** An agent that nobody can name any more may be left. */
  readonly unclear: boolean;
};

/**
 * Pure. INVARIANT: what lies there comes into force unseen only where it is what the trace knows to be accepted, or where
 * the trace knows that no agent could have written it.
 */
export function beginFrom({ known, found, copy, used, runs, bootedAt }: Beginning): Begun {
  if (known.kind === 'none' && !used) return { from: 'found', waits: false, unclear: false };
  if (known.kind !== 'said') return { from: 'strictest', waits: true, unclear: known.kind !== 'unknown' };
  const unclear = known.held && known.at > bootedAt;
  if (known.accepted === found) return { from: 'found', waits: false, unclear };
  if (!known.waiting && !known.held && !runs) return { from: 'found', waits: false, unclear };
  return { from: copy === undefined ? 'strictest' : 'copy', waits: true, unclear };
}

/** Where nobody can tell what was accepted. */
export const STRICTEST_SOURCES: Sources = {
  config: `policy:\n  preset: strict\n  packs: [${PolicyPack.options.join(', ')}]\n`,
  policies: [],
  bundle: null,
};

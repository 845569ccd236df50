/** Servers that offer something else than before: a person is asked once, however many clients list it. */
import { randomUUID } from 'node:crypto';

import type { Gate } from '../gate/gate.ts';
import type { GateRequest } from '../gate/requests.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import { changeAction, type Channel } from './action.ts';
import type { Listing, OfferedTool } from './listing.ts';
import type { Pins } from './pins.ts';

export type Changes = {
  /** Asks, unless the same is being asked. The id of what a person answers, once there is one. */
  ask(channel: Channel, belonging: Belonging, listing: Listing): string | undefined;
  /** `listener` hears that what was asked about this server was settled; returns how to stop that. */
  onSettled(key: string, listener: () => void): () => void;
};

type ChangesOptions = {
  readonly gate: Pick<Gate, 'open'>;
  readonly pins: Pins;
  readonly wallMs: () => number;
  readonly onFailure: (error: unknown, traceId: string) => void;
};

/** Of one server; a person who refused more than that forgets it. */
const MAX_REFUSED = 1_000;

export function createChanges({ gate, pins, wallMs, onFailure }: ChangesOptions): Changes {
  const asking = new Map<string, GateRequest>();
  const listeners = new Map<string, Set<() => void>>();

  const settle = (channel: Channel, listing: Listing, request: GateRequest): Promise<void> =>
    request.answer.then(({ decision }) => {
      if (decision.verdict === 'allow') agree(channel, [...listing.changed, ...listing.added]);
      // INVARIANT: what nobody answered is asked again; what a person refused is not.
      else if (decision.code === 'denied_by_human') refuse(channel, [...listing.changed, ...listing.added]);
      for (const listener of listeners.get(channel.key) ?? []) listener();
    });
  const agree = ({ key }: Channel, tools: readonly OfferedTool[]): void => {
    const known = pins.find(key);
    if (known === undefined) return;
    const at = wallMs();
    const agreed = tools.map(({ name, digest, offered }) => [name, { digest, offered, at, agreed: true }] as const);
    pins.put({ ...known, tools: { ...known.tools, ...Object.fromEntries(agreed) } });
  };
  const refuse = ({ key }: Channel, tools: readonly OfferedTool[]): void => {
    const known = pins.find(key);
    if (known === undefined) return;
    pins.put({ ...known, refused: [...known.refused, ...tools.map(({ digest }) => digest)].slice(-MAX_REFUSED) });
  };

  return {
    ask(channel, belonging, listing) {
      const about = [channel.key, ...[...listing.changed, ...listing.added].map(({ digest }) => digest)].join(' ');
      const open = asking.get(about);
      if (open !== undefined) return open.held()?.id;
      const action = changeAction(channel, belonging, listing, pins.find(channel.key));
      const request = gate.open({ requestId: `mcp:${randomUUID()}`, action, belonging, keep: false, understands: [] });
      asking.set(about, request);
      settle(channel, listing, request)
        .catch((error: unknown) => onFailure(error, request.origin.traceId))
        .finally(() => asking.delete(about));
      return undefined;
    },
    onSettled(key, listener) {
      const heard = listeners.get(key) ?? new Set();
      listeners.set(key, heard.add(listener));
      return () => {
        heard.delete(listener);
        if (heard.size === 0) listeners.delete(key);
      };
    },
  };
}

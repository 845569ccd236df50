/** What each server offered when a person first used it, or agreed to since: kept in the home. */
import { z } from 'zod';

import { CountersignError } from '../../protocol/errors.ts';
import { readJson, writeJson } from '../identity/private-file.ts';

const Digest = z.string().regex(/^[0-9a-f]{64}$/);

/** One tool as it is known. */
export const PinnedTool = z.strictObject({
  digest: Digest,
  /** As the server gave it: for its schema, and to say what changed. */
  offered: z.string(),
  at: z.int().nonnegative(),
  /** A person looked at it, rather than that it was there first. */
  agreed: z.boolean(),
});
export type PinnedTool = z.infer<typeof PinnedTool>;

export const PinnedServer = z.strictObject({
  server: z.string(),
  launch: z.array(z.string()),
  /** Of how it is started: the same name started in another way is another server. */
  key: Digest,
  firstAt: z.int().nonnegative(),
  /** The last page of its first list was seen: what is new from now on, a person looks at. */
  complete: z.boolean(),
  tools: z.record(z.string(), PinnedTool),
  /** Digests of what a person refused. */
  refused: z.array(Digest),
});
export type PinnedServer = z.infer<typeof PinnedServer>;

const PinFile = z.strictObject({ version: z.literal(1), servers: z.array(PinnedServer) });

export type Pins = {
  list(): readonly PinnedServer[];
  find(key: string): PinnedServer | undefined;
  /** On disk when it returns; throws when it cannot be. */
  put(server: PinnedServer): void;
  /** Answers whether there were any. What is forgotten is known again from its next list on. */
  forget(server: string): boolean;
};

/** The one that was not seen for longest goes first. */
const MAX_SERVERS = 500;

/** Read when it is first asked. INVARIANT: pins that cannot be read are no reason to trust anew: whoever asks is refused. */
export function openPins(file: string): Pins {
  let read: PinnedServer[] | undefined;
  const servers = (): PinnedServer[] => (read ??= readPins(file));
  const save = (next: PinnedServer[]): void => {
    writeJson(file, { version: 1, servers: next });
    read = next;
  };
  return {
    list: servers,
    find: (key) => servers().find((one) => one.key === key),
    put(server) {
      const others = servers().filter(({ key }) => key !== server.key);
      save([...others, server].slice(-MAX_SERVERS));
    },
    forget(server) {
      const kept = servers().filter((one) => one.server !== server);
      const found = kept.length < servers().length;
      if (found) save(kept);
      return found;
    },
  };
}

export function readPins(file: string): PinnedServer[] {
  try {
    return PinFile.parse(readJson(file) ?? { version: 1, servers: [] }).servers;
  } catch (cause) {
    throw new CountersignError('internal', `what is known of MCP servers cannot be read (\`${file}\`)`, { cause });
  }
}

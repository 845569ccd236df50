/** What a person's settings say of the gateway, as the daemon has them in force. */
import { createLink, newId } from '../link.ts';
import { listOf, textAt } from '../message.ts';
import type { Served } from './places.ts';

export type Serving = { readonly servers: readonly Served[]; readonly key: string };

/** Rejects with `LinkLost` when no daemon answers. */
export async function servingNow(socketPath: string, start: () => Promise<void>): Promise<Serving> {
  const link = createLink({ socketPath, start, onOpen: () => Promise.resolve(), onWord: () => undefined });
  try {
    const reply = await link.ask(() => ({ type: 'mcp-servers', id: newId() }));
    const servers = listOf(reply['servers']).map((one) => ({
      name: textAt(one, 'name') ?? '',
      url: textAt(one, 'url') ?? '',
    }));
    return { servers, key: textAt(reply, 'key') ?? '' };
  } finally {
    link.close();
  }
}

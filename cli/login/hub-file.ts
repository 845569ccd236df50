/** Which hub this home belongs to, and as which client: what `setup --client-id` writes down. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { z } from 'zod';

import { UsageError } from '../command.ts';
import { writePrivateFile } from '../keys/private-file.ts';

/** What a client may be called (RFC 6749, appendix A.1), within reason. */
const CLIENT_ID = /^[\x20-\x7e]{1,256}$/;
const THIS_MACHINE = new Set(['127.0.0.1', '[::1]', 'localhost']);

const HubFile = z.strictObject({
  version: z.literal(1),
  hub: z.string().refine(isHubAddress),
  clientId: z.string().regex(CLIENT_ID),
});
export type Hub = Readonly<Pick<z.infer<typeof HubFile>, 'hub' | 'clientId'>>;

/** Undefined when there is none; throws when it is not one of ours. */
export function readHub(home: string): Hub | undefined {
  const path = hubFilePath(home);
  try {
    const { hub, clientId } = HubFile.parse(JSON.parse(readFileSync(path, 'utf8')));
    return { hub, clientId };
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`\`${path}\` does not say which hub; write it anew with \`countersign setup --client-id ID --hub URL\``, { cause }); // prettier-ignore
  }
}

export function writeHub(home: string, hub: Hub): void {
  writePrivateFile(hubFilePath(home), `${JSON.stringify({ version: 1, ...hub }, null, 2)}\n`);
}

/** What was typed, made whole by what is there already. Undefined when nothing was typed. */
export function chosenHub(
  { hub, clientId }: { readonly hub: string | undefined; readonly clientId: string | undefined },
  known: Hub | undefined,
): Hub | undefined {
  if (hub === undefined && clientId === undefined) return undefined;
  if (clientId !== undefined && !CLIENT_ID.test(clientId)) throw new UsageError('a client id has 1 to 256 plain characters'); // prettier-ignore
  if (hub !== undefined && !isHubAddress(hub)) {
    throw new UsageError(`\`${hub}\` is no address of a hub: \`https://…\` without user, query or fragment; \`http:\` only on this machine`); // prettier-ignore
  }
  const address = hub ?? known?.hub;
  const client = clientId ?? known?.clientId;
  if (address === undefined) throw new UsageError('say which hub with `--hub URL`; there is none for everybody');
  if (client === undefined) throw new UsageError('say as which client with `--client-id ID`; your hub gives it to you');
  return { hub: address, clientId: client };
}

export function isThisMachine(url: URL): boolean {
  return THIS_MACHINE.has(url.hostname);
}

/** INVARIANT: tokens travel encrypted, or do not leave this machine. */
export function isProtected(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isThisMachine(url));
}

function isHubAddress(address: string): boolean {
  if (!isProtected(address)) return false;
  const { username, password, search, hash } = new URL(address);
  return [username, password, search, hash].every((part) => part === '') && !/[?#]/.test(address);
}

function hubFilePath(home: string): string {
  return join(home, 'hub.json');
}

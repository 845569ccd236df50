/** What `countersign connect` put where, so that it can be watched and taken out again. */
import { z } from 'zod';

import { HookClient } from './wire.ts';

/** From the root of a document to a value, by the names of its properties. */
const Place = z.array(z.string());

/** One value of ours in the settings of a client: an element of a list, or a property. */
export const ConnectedEntry = z.strictObject({
  kind: z.enum(['item', 'property']),
  at: Place,
  value: z.unknown(),
  index: z.int().min(0).optional().describe('where in its list it has to stay to be trusted'),
});
export type ConnectedEntry = z.infer<typeof ConnectedEntry>;

/** A change of text: `now` stands where `before` stood. */
export const ConnectedEdit = z.strictObject({ now: z.string().min(1), before: z.string() });
export type ConnectedEdit = z.infer<typeof ConnectedEdit>;

const common = {
  path: z.string().startsWith('/').describe('as the client finds it'),
  real: z.string().startsWith('/').describe('behind symbolic links'),
  created: z.boolean().describe('it was not there before'),
  folders: z.array(z.string()).describe('folders that were not there before, the outermost first'),
};

export const ConnectedFile = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.enum(['json', 'toml']),
    ...common,
    entries: z.array(ConnectedEntry).describe('ours: they go when the client is disconnected'),
    needs: z.array(ConnectedEntry).describe('what has to stay as well, and was there before'),
    edits: z.array(ConnectedEdit).describe('in the order in which they were made'),
    strict: z.boolean().describe('its client ignores the file when it holds a comment'),
    made: z.array(Place).describe('lists and objects that were not there before'),
    backup: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('own'), ...common, digest: z.string().describe('SHA-256 of what was written') }),
]);
export type ConnectedFile = z.infer<typeof ConnectedFile>;

export const Connection = z.strictObject({
  at: z.int().describe('when it was connected, in milliseconds since 1970'),
  version: z.string().nullable().describe('what the client said of itself then'),
  hook: z.string().startsWith('/').describe('the program that its settings start'),
  files: z.array(ConnectedFile),
  switches: z
    .array(z.strictObject({ path: z.string().startsWith('/'), at: Place, off: z.union([z.boolean(), z.string()]) }))
    .describe('values that would turn our hooks off, or lists that would by naming us'),
});
export type Connection = z.infer<typeof Connection>;

export const Connected = z.strictObject({ v: z.literal(1), clients: z.partialRecord(HookClient, Connection) });
export type Connected = z.infer<typeof Connected>;

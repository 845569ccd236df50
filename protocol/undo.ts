/** What is saved before it is destroyed, and how it comes back. */
import { z } from 'zod';

/** Paths that one question about saving may name. */
export const MAX_CLAIMED_PATHS = 2048;
/** Names that an answer lists; the rest is counted. */
export const MAX_NAMED = 20;

/**
 * What happens to the content: `gone` with its name and everything below it, `overwritten` under its name, or
 * `discarded`, which takes only what git knows to be changed.
 */
export const LossKind = z.enum(['gone', 'overwritten', 'discarded']).meta({ id: 'LossKind' });
export type LossKind = z.infer<typeof LossKind>;

/** Something that could not come back, with the reason in words. */
export const NotRestorable = z.strictObject({ path: z.string(), reason: z.string() }).meta({ id: 'NotRestorable' });
export type NotRestorable = z.infer<typeof NotRestorable>;

/** What could be saved of something before it is destroyed; what git or a build brings back is not counted. */
export const Restorable = z
  .strictObject({
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    notRestorable: z.array(NotRestorable).max(MAX_NAMED),
    more: z.int().nonnegative().describe('further ones that are not named'),
  })
  .meta({ id: 'Restorable' });
export type Restorable = z.infer<typeof Restorable>;

/** One line of `countersign undo`: what was saved before one action. */
export const SavedOperation = Restorable.extend({
  trace: z.string(),
  at: z.int().describe('ms since the epoch'),
  session: z.string(),
  summary: z.string().describe('what the action would do, in words'),
  leftToGit: z.int().nonnegative().describe('files of it that git can bring back, and that were not saved'),
  leftToBuild: z.int().nonnegative().describe('the same for files that can be built again'),
  paths: z.array(z.string()).max(MAX_NAMED).describe('what the action fell on'),
  takesBytes: z.int().nonnegative().optional().describe('on the disk, with what each file costs besides its content'),
}).meta({ id: 'SavedOperation' });
export type SavedOperation = z.infer<typeof SavedOperation>;

export const UndoList = z
  .strictObject({
    operations: z.array(SavedOperation).describe('newest first'),
    usedBytes: z.int().nonnegative(),
    quotaBytes: z.int().nonnegative(),
    keepDays: z.int().positive(),
  })
  .meta({ id: 'UndoList' });
export type UndoList = z.infer<typeof UndoList>;

export const UndoRequest = z
  .strictObject({
    into: z.string().startsWith('/').max(4_096).optional().describe('a folder to put it into instead of where it was'),
    replace: z.boolean().default(false).describe('put it back over newer work too, which is saved first'),
  })
  .meta({ id: 'UndoRequest' });
export type UndoRequest = z.infer<typeof UndoRequest>;

/** `restored: false`: there is newer work in its place, and nothing was touched. */
export const UndoResponse = z
  .strictObject({
    restored: z.boolean(),
    files: z.int().nonnegative(),
    bytes: z.int().nonnegative(),
    newer: z.array(NotRestorable).max(MAX_NAMED).describe('what lies in the place of something, and since when'),
    moreNewer: z.int().nonnegative(),
    incomplete: z.array(NotRestorable).max(MAX_NAMED).describe('what came back without some of its properties'),
    into: z.string().describe('the folder it is in; empty for its own place'),
    replaced: z.string().describe('the trace that brings back what was replaced; empty when nothing was'),
    leftToGit: z.int().nonnegative(),
    leftToBuild: z.int().nonnegative(),
    paths: z.array(z.string()).max(MAX_NAMED),
  })
  .meta({ id: 'UndoResponse' });
export type UndoResponse = z.infer<typeof UndoResponse>;

/** Forgets what was saved: one trace, or everything before a time. */
export const PruneRequest = z
  .strictObject({
    what: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('trace'), trace: z.string().min(1).max(128) }),
      z.strictObject({ kind: z.literal('before'), before: z.int().describe('ms since the epoch') }),
    ]),
  })
  .meta({ id: 'PruneRequest' });
export type PruneRequest = z.infer<typeof PruneRequest>;

export const PruneResponse = z
  .strictObject({ operations: z.int().nonnegative(), bytes: z.int().nonnegative() })
  .meta({ id: 'PruneResponse' });
export type PruneResponse = z.infer<typeof PruneResponse>;

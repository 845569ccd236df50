/** Saving and restoring without a daemon, in a folder of the test. */
import { mkdirSync } from 'node:fs';

import { createRepoViews } from '../../../daemon/facts/git/repo-view.ts';
import type { UndoLimits } from '../../../daemon/undo/limits.ts';
import { restore, type RestoreOrder, type Restored } from '../../../daemon/undo/restore.ts';
import { measure, save, type SaveContext, type Saved } from '../../../daemon/undo/save.ts';
import type { Claim } from '../../../daemon/undo/select.ts';
import { openUnfinished } from '../../../daemon/undo/trash.ts';
import { tempFolder } from '../../helpers/temp.ts';

const GENEROUS_MS = 60_000;
const MEGABYTE = 1024 * 1024;
const AMPLE: UndoLimits = {
  quotaBytes: 64 * MEGABYTE,
  keepDays: 30,
  maxOperationBytes: 32 * MEGABYTE,
  maxFiles: 5_000,
};

export type Workshop = {
  /** Where the work lies. */
  readonly place: string;
  readonly trash: string;
  readonly context: SaveContext;
  save(trace: string, claims: readonly Claim[], session?: string): Promise<Saved>;
  measure(claims: readonly Claim[]): ReturnType<typeof measure>;
  restore(trace: string, saved: Saved, over?: Partial<RestoreOrder>): Promise<Restored>;
};

export function workshop(limits: Partial<UndoLimits> = {}, now = Date.now()): Workshop {
  const home = tempFolder('home');
  const place = tempFolder('work');
  const trash = `${home}/trash`;
  mkdirSync(trash, { mode: 0o700 });
  const context: SaveContext = {
    trash,
    home,
    limits: { ...AMPLE, ...limits },
    now,
    repos: createRepoViews({ scratchDir: () => openUnfinished(trash), homedir: home, remainingMs: () => GENEROUS_MS }),
    hasTime: () => true,
  };
  return {
    place,
    trash,
    context,
    measure: (claims) => measure(claims, context),
    save: (trace, claims, session = 's') =>
      save({ trace, at: now, session, summary: 'test', claims, sync: false }, context),
    restore: (trace, { digest }, over = {}) => restore({ trace, digest, replace: false, as: 'u0', ...over }, context),
  };
}

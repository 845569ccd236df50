/** What the daemon and the process that saves and restores say to each other. */
import type { PruneRequest, Restorable, SavedOperation } from '../../protocol/undo.ts';
import type { UndoLimits } from './limits.ts';
import type { Restored, RestoreOrder } from './restore.ts';
import type { Saved, SaveOrder } from './save.ts';
import type { Claim } from './select.ts';

export type WorkerSetup = {
  readonly trash: string;
  /** Countersign's own folder. */
  readonly home: string;
  readonly homedir: string;
};

/** Each job with its answer. */
export type Jobs = {
  readonly measure: { readonly order: { readonly claims: readonly Claim[] }; readonly answer: Restorable };
  readonly save: { readonly order: SaveOrder; readonly answer: Saved };
  readonly restore: { readonly order: RestoreOrder; readonly answer: Restored };
  readonly list: { readonly order: Record<string, never>; readonly answer: readonly SavedOperation[] };
  readonly prune: { readonly order: PruneRequest['what']; readonly answer: { operations: number; bytes: number } };
  readonly sweep: { readonly order: Record<string, never>; readonly answer: number };
};
export type JobName = keyof Jobs;

export type Job = {
  readonly [K in JobName]: { readonly job: K; readonly order: Jobs[K]['order'] };
}[JobName];

export type ToWorker =
  | { readonly kind: 'start'; readonly setup: WorkerSetup }
  | { readonly kind: 'drop'; readonly id: number }
  | { readonly kind: 'do'; readonly id: number; readonly now: number; readonly limits: UndoLimits; readonly budgetMs: number; readonly job: Job }; // prettier-ignore

export type FromWorker =
  | { readonly kind: 'begun'; readonly id: number }
  | { readonly kind: 'done'; readonly id: number; readonly answer: unknown }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

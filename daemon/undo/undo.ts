/** Saves before, restores after: the daemon's side of the trash. Nothing in here can hang the gate. */
import { randomBytes } from 'node:crypto';

import type { FactNeed, FactValue } from '../../protocol/facts.ts';
import type { PruneRequest, PruneResponse, Restorable, UndoList, UndoRequest } from '../../protocol/undo.ts';
import type { UndoLimits } from './limits.ts';
import type { Restored } from './restore.ts';
import { Refusal } from './safe-open.ts';
import type { Saved, SaveOrder } from './save.ts';
import { takenBytes } from './room.ts';
import { UndoWorker } from './undo-worker.ts';
import type { WorkerSetup } from './worker-messages.ts';

export type RestorableNeed = Extract<FactNeed, { kind: 'restorable' }>;

export type Undo = {
  /** Never rejects: what cannot be told in time is unknown. */
  look(need: RestorableNeed, budgetMs: number): Promise<FactValue>;
  /** Never rejects: what could not be saved is named in the answer. */
  save(order: SaveOrder, timeoutMs: number): Promise<Saved>;
  list(): Promise<UndoList>;
  /** `digest` as the trace knows it; throws `Refusal` in words. */
  restore(trace: string, request: UndoRequest, known: { digest: string; endedAt: number | undefined }): Promise<Restored & { as: string }>; // prettier-ignore
  prune(what: PruneRequest['what']): Promise<PruneResponse>;
  sweep(): Promise<number>;
  close(): void;
};

export type UndoOptions = WorkerSetup & {
  readonly limits: () => UndoLimits;
  readonly wallMs: () => number;
};

/** A person waits for these, and a large folder takes its time. */
const RESTORE_MS = 600_000;
const LIST_MS = 10_000;
const SWEEP_MS = 300_000;

export function createUndo({ limits, wallMs, ...setup }: UndoOptions): Undo {
  // Looking is not kept waiting by a large copy, and ending one that hangs does not end the other.
  const looking = new UndoWorker(setup);
  const saving = new UndoWorker(setup);
  // INVARIANT: no agent's save ends a restore, and none waits for it. What a restore saves may go over the quota by that.
  const mending = new UndoWorker(setup);
  const within = (timeoutMs: number) => ({ limits: limits(), now: wallMs(), timeoutMs });

  return {
    async look({ how, paths }, budgetMs) {
      try {
        const restorable = await looking.do('measure', { claims: [{ how, paths }] }, within(budgetMs));
        return { known: true, data: { kind: 'restorable', ...restorable } };
      } catch (error) {
        return { known: false, reason: wordsOf(error) };
      }
    },
    async save(order, timeoutMs) {
      try {
        return await saving.do('save', order, within(timeoutMs));
      } catch (error) {
        return { ...lost(order, wordsOf(error)), leftToGit: 0, leftToBuild: 0, digest: '' };
      }
    },
    async list() {
      const operations = await looking.do('list', {}, within(LIST_MS));
      const { quotaBytes, keepDays } = limits();
      return { operations: [...operations], usedBytes: takenBytes(operations), quotaBytes, keepDays };
    },
    async restore(trace, { into, replace }, { digest, endedAt }) {
      const as = `u${wallMs().toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`;
      const restored = await mending.do('restore', { trace, digest, endedAt, into, replace, as }, within(RESTORE_MS));
      return { ...restored, as };
    },
    prune: (what) => mending.do('prune', what, within(SWEEP_MS)),
    sweep: () => mending.do('sweep', {}, within(SWEEP_MS)),
    close() {
      for (const worker of [looking, saving, mending]) worker.close();
    },
  };
}

function lost({ claims }: SaveOrder, reason: string): Restorable {
  const paths = claims.flatMap((claim) => claim.paths);
  return { files: 0, bytes: 0, notRestorable: paths.slice(0, 20).map((path) => ({ path, reason })), more: Math.max(paths.length - 20, 0) }; // prettier-ignore
}

function wordsOf(error: unknown): string {
  return error instanceof Refusal ? error.message : 'saving failed';
}

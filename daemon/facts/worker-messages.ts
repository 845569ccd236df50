/** What the looker and its worker say to each other. */
import type { FactValue } from '../../protocol/facts.ts';
import type { WorldNeed } from './answer.ts';

export type WorkerSetup = {
  readonly guardPaths: readonly string[];
  readonly homedir: string;
  readonly tempDirs: readonly string[];
  readonly scratchDir: string;
};

export type Question = { readonly id: number; readonly need: WorldNeed };

export type ToWorker =
  | { readonly kind: 'start'; readonly setup: WorkerSetup }
  | { readonly kind: 'look'; readonly questions: readonly Question[]; readonly budgetMs: number };

export type Answered = { readonly id: number; readonly value: FactValue };

export type FromWorker =
  { readonly kind: 'ready' } | { readonly kind: 'answers'; readonly answers: readonly Answered[] };

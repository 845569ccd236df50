/** Answers the engine's questions about the world, within a budget, whatever the world does. */
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import {
  FactValue,
  type CircumstancesFact,
  type FactNeed,
  type FactRecord,
  type SessionFact,
} from '../../protocol/facts.ts';
import type { WorldNeed } from './answer.ts';
import { reasonOf } from './look-context.ts';
import { openScratch, sweepScratch } from './scratch.ts';
import { WorkerPool } from './worker-pool.ts';

type RestorableNeed = Extract<FactNeed, { kind: 'restorable' }>;

export type LookerOptions = {
  /** Countersign's own files and folders. */
  readonly guardPaths: readonly string[];
  readonly homedir: string;
  readonly tempDirs: readonly string[];
  /** How long one look may take in all; a function when that can change. */
  readonly budgetMs: number | (() => number);
  readonly session: (id: string) => SessionFact | Promise<SessionFact>;
  /** The time of day and who sits at the machine; without it they are unknown. */
  readonly circumstances?: (session: string) => CircumstancesFact;
  /** What can be saved before it is destroyed; without it nothing is. */
  readonly restorable?: (need: RestorableNeed, budgetMs: number) => Promise<FactValue>;
  /** A private folder out of agents' reach for short-lived files; by default a fresh one in the temporary folder. */
  readonly scratchDir?: string;
};

export type FactLooker = {
  /** Never rejects: what cannot be told in time is unknown. */
  look(needs: readonly FactNeed[]): Promise<readonly FactRecord[]>;
  /** Starts the worker, so that the first look is as fast as the others, and clears away what an earlier one left. */
  warm(): Promise<void>;
  close(): Promise<void>;
};

export function createFactLooker(options: LookerOptions): FactLooker {
  let opened: { readonly pool: WorkerPool; readonly scratchDir: string } | undefined;
  const open = () => (opened ??= openPool(options));
  return {
    look: async (needs) => {
      try {
        const world = needs.filter(isOfWorld);
        const answers = world.length === 0 ? [] : open().pool.ask(world, budgetOf(options));
        const byNeed = new Map<FactNeed, Promise<FactValue>>(
          world.map((need, index) => [need, answerAt(answers, index)]),
        );
        return await Promise.all(needs.map((need) => record(need, byNeed, options)));
      } catch (error) {
        return needs.map((need) => ({ need, value: unknown(reasonOf(error)) }));
      }
    },
    warm: async () => {
      await Promise.all([open().pool.warm(), sweepScratch(options.scratchDir ?? tmpdir())]);
    },
    close: async () => {
      opened?.pool.close();
      if (opened !== undefined) await rm(opened.scratchDir, { recursive: true, force: true });
    },
  };
}

/** What is not asked of the daemon itself, or of a Rego policy. */
function isOfWorld(need: FactNeed): need is WorldNeed {
  return need.kind !== 'session' && need.kind !== 'restorable' && need.kind !== 'circumstances' && need.kind !== 'rego';
}

function budgetOf({ budgetMs }: LookerOptions): number {
  return typeof budgetMs === 'number' ? budgetMs : budgetMs();
}

function openPool({ guardPaths, homedir, tempDirs, scratchDir: parent = tmpdir() }: LookerOptions) {
  const scratchDir = openScratch(parent);
  return { pool: new WorkerPool({ guardPaths, homedir, tempDirs, scratchDir }), scratchDir };
}

function answerAt(answers: readonly Promise<FactValue>[], index: number): Promise<FactValue> {
  return answers[index] ?? Promise.resolve(unknown('not asked'));
}

async function record(
  need: FactNeed,
  answers: ReadonlyMap<FactNeed, Promise<FactValue>>,
  options: LookerOptions,
): Promise<FactRecord> {
  return {
    need,
    value: validated(need, await answerOf(need, answers, options)),
  };
}

/** What is not on the machine: the history the daemon keeps; whoever asks a Rego policy does it elsewhere. */
async function answerOf(
  need: FactNeed,
  answers: ReadonlyMap<FactNeed, Promise<FactValue>>,
  options: LookerOptions,
): Promise<FactValue | undefined> {
  if (need.kind === 'session' || need.kind === 'circumstances') return remembered(need, options);
  if (need.kind === 'restorable') return options.restorable?.(need, budgetOf(options)) ?? unsaved(need);
  return need.kind === 'rego' ? unknown('nobody asks the Rego policy here') : answers.get(need);
}

async function remembered(need: Extract<FactNeed, { session: string }>, options: LookerOptions): Promise<FactValue> {
  try {
    if (need.kind === 'session') return { known: true, data: await options.session(need.session) };
    const data = options.circumstances?.(need.session);
    return data === undefined ? unknown('nobody tells the time here') : { known: true, data };
  } catch (error) {
    return unknown(reasonOf(error));
  }
}

/** Nobody saves anything where there is no daemon. */
function unsaved({ paths }: RestorableNeed): FactValue {
  const notRestorable = paths.slice(0, 1).map((path) => ({ path, reason: 'nothing is saved without a daemon' }));
  return { known: true, data: { kind: 'restorable', files: 0, bytes: 0, notRestorable, more: paths.length - 1 } };
}

/** INVARIANT: an answer has the kind of its question and the shape of its kind; the engine relies on it. */
function validated(need: FactNeed, value: FactValue | undefined): FactValue {
  const parsed = FactValue.safeParse(value);
  if (!parsed.success) return unknown('the answer has an unexpected shape');
  if (parsed.data.known && parsed.data.data.kind !== need.kind) return unknown('the answer is to another question');
  return parsed.data;
}

function unknown(reason: string): FactValue {
  return { known: false, reason, failed: true };
}

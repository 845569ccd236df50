/** The process that saves and restores. It can be killed at any moment: what it had not finished does not count. */
import { rm } from 'node:fs/promises';

import { createKeptViews, type KeptViews } from '../facts/git/kept-views.ts';
import { createGitMemory, createRepoViews } from '../facts/git/repo-view.ts';
import { restore } from './restore.ts';
import { refusalOf } from './safe-open.ts';
import { measure, save, type SaveContext } from './save.ts';
import { listOperations, openUnfinished, removeOperation, sweep } from './trash.ts';
import type { FromWorker, Job, ToWorker, WorkerSetup } from './worker-messages.ts';

type Order = Extract<ToWorker, { kind: 'do' }>;

process.umask(0o077);
const memory = createGitMemory(Date.now);
let kept: KeptViews | undefined;
const started = Promise.withResolvers<WorkerSetup>();
const dropped = new Set<number>();
let last: Promise<unknown> = Promise.resolve();

process.on('disconnect', () => process.exit(0));
// The parent is this project's own; what it sends has been typed there.
process.on('message', (message: ToWorker) => {
  if (message.kind === 'start') started.resolve(message.setup);
  else if (message.kind === 'drop') dropped.add(message.id);
  else if (message.job.job === 'measure') void run(message);
  // INVARIANT: one after the other, so that two of them cannot take the same room.
  else last = last.then(() => run(message));
});

async function run(order: Order): Promise<void> {
  if (dropped.delete(order.id)) return;
  tell({ kind: 'begun', id: order.id });
  try {
    tell({ kind: 'done', id: order.id, answer: await inContext(order) });
  } catch (error) {
    tell({ kind: 'failed', id: order.id, reason: refusalOf(error) });
  }
}

function tell(message: FromWorker): void {
  process.send?.(message);
}

async function inContext({ job, limits, now, budgetMs }: Order): Promise<unknown> {
  const { trash, home, homedir } = await started.promise;
  const end = performance.now() + budgetMs;
  // A git that hangs leaves time to save without it.
  const remainingMs = (): number => Math.max(end - budgetMs / 2 - performance.now(), 1);
  let scratch: Promise<string> | undefined;
  const scratchDir = (): Promise<string> => (scratch ??= openUnfinished(trash));
  // No folder of the trash stays as long as this process.
  kept ??= createKeptViews(homedir, undefined, Date.now);
  const repos = createRepoViews({ scratchDir, homedir, remainingMs, kept, memory });
  const hasTime = (): boolean => performance.now() < end;
  try {
    return await perform(job, { trash, home, limits, now, repos, hasTime });
  } finally {
    if (scratch !== undefined) await rm(await scratch, { recursive: true, force: true });
  }
}

async function perform(job: Job, context: SaveContext): Promise<unknown> {
  const { trash, limits, now } = context;
  switch (job.job) {
    case 'measure':
      return measure(job.order.claims, context);
    case 'save':
      return save(job.order, context);
    case 'restore':
      return restore(job.order, context);
    case 'list':
      return listOperations(trash);
    case 'sweep':
      return sweep(trash, limits, now);
    case 'prune': {
      const what = job.order;
      const going = (await listOperations(trash)).filter(({ trace, at }) =>
        what.kind === 'trace' ? trace === what.trace : at < what.before,
      );
      for (const { trace } of going) await removeOperation(trash, trace);
      return { operations: going.length, bytes: going.reduce((sum, { bytes }) => sum + bytes, 0) };
    }
  }
}

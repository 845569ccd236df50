/** Puts questions to a worker and sees to it that each gets an answer in time, with or without that worker. */
import type { FactValue } from '../../protocol/facts.ts';
import type { WorldNeed } from './answer.ts';
import { LookWorker } from './look-worker.ts';
import type { FromWorker, WorkerSetup } from './worker-messages.ts';

/** A question that took two workers down with it is not put to a third. */
const MAX_ATTEMPTS = 2;
/** A worker that has not even started after this long is given up. */
const START_LIMIT_MS = 10_000;
/** Less than this is no time to start a worker and look. */
const MIN_RETRY_MS = 50;

type Job = {
  readonly id: number;
  readonly need: WorldNeed;
  readonly endsAtMs: number;
  readonly settle: (value: FactValue) => void;
  attempts: number;
  worker: LookWorker | undefined;
};

export class WorkerPool {
  readonly #setup: WorkerSetup;
  readonly #jobs = new Map<number, Job>();
  #current: LookWorker | undefined;
  #startedAtMs = 0;
  #whenReady = Promise.withResolvers<void>();
  #nextId = 1;
  #closed = false;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /** Resolves when the worker has started, or will not. */
  async warm(): Promise<void> {
    this.#worker();
    const limit = setTimeout(() => this.#whenReady.resolve(), START_LIMIT_MS);
    await this.#whenReady.promise;
    clearTimeout(limit);
  }

  /** @returns one promise per need, in order; none of them rejects. */
  ask(needs: readonly WorldNeed[], budgetMs: number): readonly Promise<FactValue>[] {
    const jobs: Job[] = [];
    const endsAtMs = performance.now() + budgetMs;
    const answers = needs.map((need) => {
      const { promise, resolve } = Promise.withResolvers<FactValue>();
      jobs.push({ id: this.#nextId++, need, endsAtMs, settle: resolve, attempts: 0, worker: undefined });
      return promise;
    });
    for (const job of jobs) this.#jobs.set(job.id, job);
    this.#dispatch(jobs);
    const timer = setTimeout(() => this.#expire(jobs, budgetMs), budgetMs);
    void Promise.all(answers).then(() => clearTimeout(timer));
    return answers;
  }

  close(): void {
    this.#closed = true;
    this.#current?.kill();
    this.#current = undefined;
    this.#whenReady.resolve();
    for (const job of this.#jobs.values()) this.#settle(job, 'closing');
  }

  #worker(): LookWorker {
    if (this.#current !== undefined) return this.#current;
    this.#whenReady.resolve();
    this.#whenReady = Promise.withResolvers();
    const worker: LookWorker = new LookWorker(this.#setup, {
      onMessage: (message) => this.#receive(message),
      onExit: () => this.#retire(worker),
    });
    this.#current = worker;
    this.#startedAtMs = performance.now();
    return worker;
  }

  #dispatch(jobs: readonly Job[]): void {
    const [first] = jobs;
    if (first === undefined) return;
    if (this.#closed) return jobs.forEach((job) => this.#settle(job, 'closing'));
    const worker = this.#worker();
    for (const job of jobs) {
      job.attempts += 1;
      job.worker = worker;
    }
    worker.look(jobs, first.endsAtMs - performance.now());
  }

  #receive(message: FromWorker): void {
    if (message.kind === 'ready') return this.#whenReady.resolve();
    for (const { id, value } of message.answers) {
      const job = this.#jobs.get(id);
      // A late answer: nobody waits for it any more.
      if (job === undefined) continue;
      this.#jobs.delete(id);
      job.settle(value);
    }
  }

  /** What is not answered at the end of the budget is unknown, and the worker that hangs on it is replaced. */
  #expire(jobs: readonly Job[], budgetMs: number): void {
    const late = jobs.filter(({ id }) => this.#jobs.has(id));
    for (const job of late) this.#settle(job, `not answered within ${budgetMs} ms`);
    const hanging = late.flatMap(({ worker }) => worker ?? []).find((worker) => worker === this.#current);
    const startedLongAgo = performance.now() - this.#startedAtMs > START_LIMIT_MS;
    if (hanging !== undefined && (hanging.ready || startedLongAgo)) this.#retire(hanging);
  }

  /** Kills a worker if it still lives, starts the next, and puts the others' questions to that one once. */
  #retire(worker: LookWorker): void {
    worker.kill();
    if (worker !== this.#current) return;
    this.#current = undefined;
    this.#whenReady.resolve();
    const orphans = [...this.#jobs.values()].filter((job) => job.worker === worker);
    for (const job of orphans) {
      const enoughTime = job.endsAtMs - performance.now() >= MIN_RETRY_MS;
      if (enoughTime && job.attempts < MAX_ATTEMPTS) this.#dispatch([job]);
      else this.#settle(job, 'the look was ended by force');
    }
    if (!this.#closed && worker.ready) this.#worker();
  }

  #settle(job: Job, reason: string): void {
    this.#jobs.delete(job.id);
    job.settle({ known: false, reason, failed: true });
  }
}

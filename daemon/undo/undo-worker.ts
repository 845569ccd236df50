/** Starts the process that saves and restores when it is needed, and ends it by force when it hangs. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { SYSTEM_PATH } from '../facts/git/git-command.ts';
import type { UndoLimits } from './limits.ts';
import { Refusal } from './safe-open.ts';
import type { FromWorker, Job, JobName, Jobs, ToWorker, WorkerSetup } from './worker-messages.ts';

const WORKER_MAIN = fileURLToPath(new URL('worker-main.ts', import.meta.url));

/** Between two actions of an agent at work; afterwards the memory is worth more than the start. */
const IDLE_MS = 300_000;
/** Threads for file calls: a few that hang on a dead mount must not keep the others waiting. */
const THREADS = '16';

type Waiting = {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly order: Extract<ToWorker, { kind: 'do' }>;
  /** At work on it; others wait for their turn. */
  begun: boolean;
  /** Taken over from a worker that was ended because of another job. */
  again: boolean;
};
type Running = {
  readonly child: ChildProcess;
  readonly waiting: Map<number, Waiting>;
  idle: NodeJS.Timeout | undefined;
};

export class UndoWorker {
  readonly #setup: WorkerSetup;
  #running: Running | undefined;
  #nextId = 1;
  #closed = false;

  constructor(setup: WorkerSetup) {
    this.#setup = setup;
  }

  /** Rejects with words when it fails, hangs, or is not done in time. */
  do<K extends JobName>(
    job: K,
    order: Jobs[K]['order'],
    { limits, now, timeoutMs }: { readonly limits: UndoLimits; readonly now: number; readonly timeoutMs: number },
  ): Promise<Jobs[K]['answer']> {
    if (this.#closed) return Promise.reject(new Refusal('the daemon is stopping'));
    const { promise, resolve, reject } = Promise.withResolvers<Jobs[K]['answer']>();
    const id = this.#nextId++;
    // The worker answers each job with what that job answers.
    const waiting: Waiting = {
      resolve: (answer) => resolve(answer as Jobs[K]['answer']),
      reject,
      order: { kind: 'do', id, now, limits, budgetMs: timeoutMs, job: { job, order } as Job },
      begun: false,
      again: false,
    };
    this.#order(waiting);
    const timer = setTimeout(() => this.#late(waiting), timeoutMs);
    return promise.finally(() => {
      clearTimeout(timer);
      if (this.#running?.waiting.size === 0) this.#rest(this.#running);
    });
  }

  #order(waiting: Waiting): void {
    const running = this.#start();
    clearTimeout(running.idle);
    running.waiting.set(waiting.order.id, waiting);
    this.#send(running, waiting.order);
  }

  /** INVARIANT: whoever waits too long for others gives up alone, and ends nothing that they have begun. */
  #late(late: Waiting): void {
    const running = this.#running;
    const { id, budgetMs } = late.order;
    if (running?.waiting.get(id) !== late) return;
    const others = [...running.waiting.values()].some(({ begun }) => begun);
    if (!late.begun && others) {
      running.waiting.delete(id);
      this.#send(running, { kind: 'drop', id });
      late.reject(new Refusal(`others were at it for ${budgetMs} ms`));
    } else this.#kill(running, `it was not done within ${budgetMs} ms`, id);
  }

  close(): void {
    this.#closed = true;
    if (this.#running !== undefined) this.#kill(this.#running, 'the daemon is stopping');
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const child = spawn(process.execPath, [WORKER_MAIN], {
      cwd: '/',
      // INVARIANT: nothing of the caller's environment; NODE_OPTIONS or LD_PRELOAD would run code in here.
      env: { PATH: SYSTEM_PATH, HOME: this.#setup.homedir, LC_ALL: 'C.UTF-8', UV_THREADPOOL_SIZE: THREADS },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A process group of its own, so that a git that hangs dies with it.
      detached: true,
    });
    const running: Running = { child, waiting: new Map(), idle: undefined };
    child.on('message', (message: FromWorker) => {
      const waiting = running.waiting.get(message.id);
      if (message.kind === 'begun') {
        if (waiting !== undefined) waiting.begun = true;
        return;
      }
      running.waiting.delete(message.id);
      if (message.kind === 'done') waiting?.resolve(message.answer);
      else waiting?.reject(new Refusal(message.reason));
    });
    const end = (): void => this.#kill(running, 'it was ended by force');
    child.once('exit', end);
    child.once('error', end);
    // An idle worker does not keep the daemon alive; whoever waits for an answer has a timer running.
    child.unref();
    child.channel?.unref();
    this.#running = running;
    this.#send(running, { kind: 'start', setup: this.#setup });
    return running;
  }

  #rest(running: Running): void {
    clearTimeout(running.idle);
    running.idle = setTimeout(() => this.#kill(running, 'it had nothing to do'), IDLE_MS);
    running.idle.unref();
  }

  /** Without an id all that had begun are to blame. */
  #kill(running: Running, reason: string, id?: number): void {
    if (this.#running === running) this.#running = undefined;
    clearTimeout(running.idle);
    const waiting = [...running.waiting.values()];
    running.waiting.clear();
    const isToBlame = (one: Waiting): boolean => (id === undefined ? one.begun : one.order.id === id);
    for (const one of waiting) {
      // What only reads may begin anew; what else had begun nobody can tell the state of.
      const mayAgain = !one.again && (!one.begun || one.order.job.job === 'measure');
      if (this.#closed || isToBlame(one) || !mayAgain) one.reject(new Refusal(reason));
      else this.#order(Object.assign(one, { begun: false, again: true }));
    }
    const { pid, exitCode, signalCode } = running.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone when its leader ended in this very moment.
      running.child.kill('SIGKILL');
    }
  }

  #send({ child }: Running, message: ToWorker): void {
    // A failed send means that the worker is ending; its exit is reported and answers for it.
    if (child.connected) child.send(message, () => undefined);
  }
}

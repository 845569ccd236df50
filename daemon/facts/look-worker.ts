/** One worker process: started clean, asked by message, killed together with everything it started. */
import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SYSTEM_PATH } from './git/git-command.ts';
import type { FromWorker, Question, WorkerSetup, ToWorker } from './worker-messages.ts';

const WORKER_MAIN = fileURLToPath(new URL('worker-main.ts', import.meta.url));

/** Threads for file calls: a few that hang on a dead mount must not keep the others waiting. */
const THREADS = '16';

export type WorkerEvents = {
  readonly onMessage: (message: FromWorker) => void;
  readonly onExit: () => void;
};

export class LookWorker {
  readonly #child: ChildProcess;
  #ready = false;

  constructor(setup: WorkerSetup, events: WorkerEvents) {
    this.#child = spawn(process.execPath, [WORKER_MAIN], {
      cwd: '/',
      // INVARIANT: nothing of the caller's environment; NODE_OPTIONS or LD_PRELOAD would run code in here.
      env: { PATH: SYSTEM_PATH, HOME: setup.homedir, LC_ALL: 'C.UTF-8', UV_THREADPOOL_SIZE: THREADS },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      // A process group of its own, so that a git that hangs dies with it.
      detached: true,
    });
    this.#child.on('message', (message: FromWorker) => {
      if (message.kind === 'ready') this.#ready = true;
      events.onMessage(message);
    });
    let ended = false;
    const end = (): void => {
      if (!ended) events.onExit();
      ended = true;
    };
    this.#child.once('exit', end);
    this.#child.once('error', end);
    // An idle worker does not keep the daemon alive; whoever waits for an answer has a timer running.
    this.#child.unref();
    this.#child.channel?.unref();
    this.#send({ kind: 'start', setup });
  }

  /** Before that, slowness is that of starting a process. */
  get ready(): boolean {
    return this.#ready;
  }

  look(questions: readonly Question[], budgetMs: number): void {
    this.#send({ kind: 'look', questions, budgetMs });
  }

  kill(): void {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // The group is gone when its leader ended in this very moment.
      this.#child.kill('SIGKILL');
    }
  }

  #send(message: ToWorker): void {
    // A failed send means that the worker is ending; its exit is reported and answers for it.
    if (this.#child.connected) this.#child.send(message, () => undefined);
  }
}

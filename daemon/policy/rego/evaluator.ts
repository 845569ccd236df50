/** Evaluates a bundle in a thread of its own, one question after the other; a thread that takes too long is ended. */
import { Worker } from 'node:worker_threads';

import { NoAnswer } from './answer.ts';
import type { RegoInput } from './input.ts';
import type { FromRegoWorker, RegoWorkerSetup, ToRegoWorker } from './worker-messages.ts';

export type Evaluated = { readonly document: unknown; readonly revision?: string };

/** Answers with what the policy defines; rejects with `NoAnswer`. */
export type Evaluator = {
  evaluate(input: RegoInput): Promise<Evaluated>;
  close(): Promise<void>;
};

/** A policy that is not loaded by then never will be. */
const LOAD_LIMIT_MS = 30_000;
/** Questions behind one that hangs; more of them are not even taken. */
const MAX_WAITING = 200;
/** What others take beforehand; a client waits for a few seconds at most. */
const MAX_WAIT_MS = 2_000;
/** Of the thread's own objects: 64 MiB of data, read from text. The memory of the policy is bounded apart. */
const RESOURCES = { maxOldGenerationSizeMb: 768, maxYoungGenerationSizeMb: 64 };

type Job = { readonly input: RegoInput; over: boolean } & PromiseWithResolvers<Evaluated>;

/** Rejects when the bundle cannot be used, in words for a person. */
export async function openEvaluator(setup: RegoWorkerSetup, timeoutMs: number): Promise<Evaluator> {
  let thread: Promise<Thread> | undefined = startThread(setup);
  await thread;
  const waiting: Job[] = [];
  let running = false;
  let closed = false;

  const run = async ({ input, resolve, reject }: Job): Promise<void> => {
    const used = (thread ??= startThread(setup));
    const started = await used.catch((error: unknown) => {
      // Perhaps the machine was too busy; whoever asks next has it tried again.
      if (thread === used) thread = undefined;
      reject(asError(error));
    });
    if (started === undefined) return;
    try {
      resolve(await started.ask(input, timeoutMs));
    } catch (error) {
      reject(asError(error));
      if (!(error instanceof ThreadEnded) || closed) return;
      thread = startThread(setup);
      // Whoever asks next hears of it.
      thread.catch(() => undefined);
    }
  };
  const drain = async (): Promise<void> => {
    if (running) return;
    running = true;
    for (let job = waiting.shift(); job !== undefined; job = waiting.shift()) if (!job.over) await run(job);
    running = false;
  };
  return {
    evaluate(input) {
      if (closed) return Promise.reject(new NoAnswer('it is no longer in force'));
      if (waiting.length >= MAX_WAITING) return Promise.reject(new NoAnswer('too many questions wait for it'));
      const job: Job = { input, over: false, ...Promise.withResolvers<Evaluated>() };
      waiting.push(job);
      // INVARIANT: whatever the policy does to those before, and however often it has to be loaded anew.
      const limitMs = MAX_WAIT_MS + timeoutMs;
      const limit = setTimeout(() => job.reject(new NoAnswer(`it did not come to it within ${limitMs} ms`)), limitMs);
      void drain();
      return job.promise.finally(() => {
        job.over = true;
        clearTimeout(limit);
      });
    },
    async close() {
      closed = true;
      for (const job of waiting.splice(0)) job.reject(new NoAnswer('it is no longer in force'));
      await thread?.then((started) => started.end()).catch(() => undefined);
    },
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new NoAnswer(String(error));
}

/** The thread is gone, by force or by itself; the next question needs another. */
class ThreadEnded extends NoAnswer {}

type Thread = { ask(input: RegoInput, timeoutMs: number): Promise<Evaluated>; end(): Promise<unknown> };

function startThread(setup: RegoWorkerSetup): Promise<Thread> {
  // What a policy prints is for whoever writes it, not for the daemon's own output.
  const worker = new Worker(new URL('rego-worker.ts', import.meta.url), {
    workerData: setup,
    resourceLimits: RESOURCES,
    stdout: true,
    stderr: true,
  });
  worker.unref();
  const started = Promise.withResolvers<Thread>();
  const limit = setTimeout(() => give(new Error('the bundle takes too long to load')), LOAD_LIMIT_MS);
  let asked: { readonly id: number; readonly answer: PromiseWithResolvers<Evaluated> } | undefined;
  let lastId = 0;

  const give = (problem: Error): void => {
    clearTimeout(limit);
    started.reject(problem);
    asked?.answer.reject(new ThreadEnded(problem.message));
    asked = undefined;
    void worker.terminate();
  };
  worker.on('message', (message: FromRegoWorker) => {
    if (message.kind === 'ready') {
      clearTimeout(limit);
      started.resolve({ ask, end: () => worker.terminate() });
    } else if (message.kind === 'broken') give(new Error(message.problem));
    else if (message.id === asked?.id) {
      const { answer } = asked;
      asked = undefined;
      if (message.kind === 'answer') answer.resolve({ document: message.document });
      else answer.reject(new NoAnswer(message.problem));
    }
  });
  worker.on('error', (error) => give(error instanceof Error ? error : new Error(String(error))));
  worker.on('exit', () => give(new Error('the thread that evaluates it ended')));

  const ask = async (input: RegoInput, timeoutMs: number): Promise<Evaluated> => {
    const answer = Promise.withResolvers<Evaluated>();
    asked = { id: ++lastId, answer };
    const timer = setTimeout(() => give(new Error(`it took longer than ${timeoutMs} ms and was ended`)), timeoutMs);
    worker.postMessage({ id: lastId, input, at: input.at } satisfies ToRegoWorker);
    return answer.promise.finally(() => clearTimeout(timer));
  };
  return started.promise;
}

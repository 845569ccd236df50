/** The reader's thread as the store sees it. */
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { LogLine, StoredFrame } from '../../protocol/trace.ts';
import type { FromReader, ReadQuery, ToReader } from './messages.ts';

type Rows = readonly (StoredFrame | LogLine)[];
export type Reader = {
  ask(query: ReadQuery): Promise<Rows>;
  /** Another database lies in the place of the one before. */
  renew(): void;
  close(): Promise<void>;
};

/** What was asked for lies on pages that cannot be read. */
export class DamageFound extends Error {}

/** Questions come when a person looks; a thread that nobody asks only takes memory. */
const IDLE_MS = 60_000;

/** Starts with a question, ends when none comes for a while, and starts again when it ended on its own. */
export function startReader(traceDb: string, idleMs = IDLE_MS): Reader {
  let closed = false;
  let asked = 0;
  let idle: NodeJS.Timeout | undefined;
  let worker: ReadingThread | undefined;
  const start = (): ReadingThread => {
    const started = startThread(traceDb, () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };
  const end = (): void => {
    void worker?.close();
    worker = undefined;
  };
  return {
    async ask(query) {
      if (closed) throw new CountersignError('internal', 'the trace store is closed');
      clearTimeout(idle);
      asked += 1;
      try {
        worker ??= start();
        return await worker.ask(query);
      } finally {
        asked -= 1;
        if (asked === 0 && !closed) idle = setTimeout(end, idleMs).unref();
      }
    },
    renew() {
      end();
    },
    async close() {
      closed = true;
      clearTimeout(idle);
      await worker?.close();
    },
  };
}

type ReadingThread = { ask(query: ReadQuery): Promise<Rows>; close(): Promise<number> };

function startThread(traceDb: string, onEnd: () => void): ReadingThread {
  const worker = new Worker(new URL('reader-main.ts', import.meta.url), { workerData: traceDb });
  const waiting = new Map<number, PromiseWithResolvers<Rows>>();
  let lastId = 0;
  const fail = (cause?: Error): void => {
    onEnd();
    for (const one of waiting.values())
      one.reject(new CountersignError('internal', 'the trace reader ended', { cause }));
    waiting.clear();
  };
  worker.on('message', (reply: FromReader) => {
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('rows' in reply) one?.resolve(reply.rows);
    else one?.reject(reply.damaged ? new DamageFound(reply.problem) : new CountersignError('internal', reply.problem));
  });
  worker.on('error', fail);
  worker.on('exit', () => fail());
  worker.unref();
  return {
    ask(query) {
      const id = ++lastId;
      const one = Promise.withResolvers<Rows>();
      waiting.set(id, one);
      worker.postMessage({ id, query } satisfies ToReader);
      return one.promise;
    },
    close: () => worker.terminate(),
  };
}

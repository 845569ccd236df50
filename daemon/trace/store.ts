/** The trace as the gate sees it: appends go to the writer's thread, queries to the reader's. */
import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { LogLine, NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import type { FromReader, FromWriter, Head, ReadQuery, ToWriter, WriterSetup } from './messages.ts';

export type TraceStore = {
  /**
   * Resolves once the frames are on disk when `durable`, else as soon as they are on their way. Rejects with
   * `trace_unwritable` when they could not be written.
   */
  append(events: readonly NewTraceEvent[], options: { readonly durable: boolean }): Promise<void>;
  frames(traceId: string): Promise<readonly StoredFrame[]>;
  log(query: {
    readonly limit: number;
    readonly session?: string | undefined;
    readonly since?: number | undefined;
  }): Promise<readonly LogLine[]>;
  /** Erases the payloads of a trace; resolves to how many there were. `event` says so in the chain. */
  erase(traceId: string, event: NewTraceEvent): Promise<number>;
  checkpoint(): Promise<void>;
  head(): Head;
  healthy(): boolean;
  problem(): string | undefined;
  close(): Promise<void>;
};

export type TraceStoreOptions = {
  readonly paths: { readonly traceDb: string; readonly witness: string };
  readonly daemonId: string;
  readonly signingKey: KeyObject;
  readonly onFault?: (problem: string) => void;
  readonly onLine?: (line: LogLine) => void;
};

/** Frames on their way that nobody waits for; beyond that, appending waits. */
const MAX_UNWRITTEN = 20_000;

type Waiting = {
  readonly resolve: (erased: number) => void;
  readonly reject: (error: Error) => void;
  readonly frames: number;
};
type Distribute<M> = M extends { readonly id: number } ? Omit<M, 'id'> : never;

export async function openTraceStore(options: TraceStoreOptions): Promise<TraceStore> {
  const { traceDb, witness } = options.paths;
  const signingKey = String(options.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const setup: WriterSetup = { traceDb, witness, daemonId: options.daemonId, signingKey };
  const worker = new Worker(new URL('writer-main.ts', import.meta.url), { workerData: setup });
  const waiting = new Map<number, Waiting>();
  let head = await firstHead(worker);
  let problem: string | undefined;
  let unwritten = 0;
  let lastId = 0;
  let reader: Reader | undefined;

  const settle = (ids: readonly number[], finish: (one: Waiting) => void): void => {
    for (const id of ids) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (one === undefined) continue;
      unwritten -= one.frames;
      finish(one);
    }
  };
  const fail = (ids: readonly number[], text: string): void => {
    problem = text;
    options.onFault?.(text);
    settle(ids, (one) => one.reject(new CountersignError('trace_unwritable', text)));
  };
  const send = (message: Distribute<ToWriter>, frames = 0): Promise<number> => {
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    waiting.set(id, { resolve, reject, frames });
    unwritten += frames;
    worker.postMessage({ ...message, id } satisfies ToWriter);
    return promise;
  };
  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'failed') fail(message.ids, message.problem);
    if (message.kind !== 'done') return;
    head = message.head;
    problem = undefined;
    settle(message.ids, (one) => one.resolve(message.erased ?? 0));
    for (const line of message.lines) options.onLine?.(line);
  });
  worker.on('error', (error) => fail([...waiting.keys()], error.message));
  worker.on('exit', () => fail([...waiting.keys()], 'the trace writer ended'));

  const read = async (query: ReadQuery): Promise<readonly (StoredFrame | LogLine)[]> => {
    // What was appended before the question is part of the answer.
    await send({ kind: 'append', events: [], durable: true }).catch(() => 0);
    reader ??= startReader(traceDb);
    return reader.ask(query);
  };

  return {
    async append(events, { durable }) {
      const written = send({ kind: 'append', events, durable }, events.length);
      if (durable || unwritten > MAX_UNWRITTEN) await written;
      else written.catch(() => undefined); // reported through `problem`; the writer keeps the frames for its next try
    },
    // Each query answers with rows of its own kind.
    frames: async (traceId) => (await read({ kind: 'frames', traceId })) as readonly StoredFrame[],
    log: async ({ limit, session, since }) =>
      (await read({ kind: 'log', limit, session, since })) as readonly LogLine[],
    erase: (traceId, event) => send({ kind: 'erase', traceId, event }),
    checkpoint: async () => void (await send({ kind: 'checkpoint' })),
    head: () => head,
    healthy: () => problem === undefined,
    problem: () => problem,
    async close() {
      worker.removeAllListeners('exit');
      await send({ kind: 'close' });
      await Promise.all([worker.terminate(), reader?.close()]);
    },
  };
}

/** The writer opens the database first; what keeps it from doing so is the daemon's to report. */
async function firstHead(worker: Worker): Promise<Head> {
  const message = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error) =>
      reject(new CountersignError('trace_unwritable', error.message, { cause: error })),
    );
  });
  worker.removeAllListeners('error');
  return message.kind === 'ready' ? message.head : { seq: 0, hash: '' };
}

type Reader = { ask(query: ReadQuery): Promise<readonly (StoredFrame | LogLine)[]>; close(): Promise<number> };

function startReader(traceDb: string): Reader {
  const worker = new Worker(new URL('reader-main.ts', import.meta.url), { workerData: traceDb });
  const waiting = new Map<number, PromiseWithResolvers<readonly (StoredFrame | LogLine)[]>>();
  let lastId = 0;
  worker.on('message', (reply: FromReader) => {
    const one = waiting.get(reply.id);
    waiting.delete(reply.id);
    if ('rows' in reply) one?.resolve(reply.rows);
    else one?.reject(new CountersignError('internal', reply.problem));
  });
  worker.on('error', (error) => {
    for (const one of waiting.values()) one.reject(error);
    waiting.clear();
  });
  worker.unref();
  return {
    ask(query) {
      const id = ++lastId;
      const one = Promise.withResolvers<readonly (StoredFrame | LogLine)[]>();
      waiting.set(id, one);
      worker.postMessage({ id, query });
      return one.promise;
    },
    close: () => worker.terminate(),
  };
}

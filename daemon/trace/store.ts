/** The trace as the gate sees it: appends go to the writer's thread, queries to the reader's. */
import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { LogLine, NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import type { FromWriter, ReadQuery, ToWriter, WriterSetup } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { startReader } from './reader.ts';
import { outgoing } from './rows.ts';
import type { Head } from './witness.ts';

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
  /** The lines of everything that still waits for a human, however old, oldest first. */
  pendingTraces(): Promise<readonly LogLine[]>;
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
  /** Something could not be written or witnessed; the text says what. */
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

export async function openTraceStore(options: TraceStoreOptions): Promise<TraceStore> {
  const { traceDb, witness } = options.paths;
  const signingKey = String(options.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const setup: WriterSetup = { traceDb, witness, daemonId: options.daemonId, signingKey };
  const worker = new Worker(new URL('writer-main.ts', import.meta.url), { workerData: setup });
  const waiting = new Map<number, Waiting>();
  let head = await firstHead(worker);
  const reader = startReader(traceDb);
  let problem: string | undefined;
  let ended: string | undefined;
  let closing: Promise<void> | undefined;
  let unwritten = 0;
  let lastId = 0;

  const settle = (ids: readonly number[], finish: (one: Waiting) => void): void => {
    for (const id of ids) {
      const one = waiting.get(id);
      waiting.delete(id);
      if (one === undefined) continue;
      unwritten -= one.frames;
      finish(one);
    }
  };
  /** The same once is enough, however often it is tried again. */
  const report = (text: string): void => {
    if (text !== problem) options.onFault?.(text);
  };
  const refuse = (
    ids: readonly number[],
    text: string,
    error = new CountersignError('trace_unwritable', text),
  ): void => {
    report(text);
    settle(ids, (one) => one.reject(error));
  };
  const end = (text: string): void => {
    ended ??= text;
    refuse([...waiting.keys()], text);
    problem = text;
  };
  const outbox = createOutbox(worker, (id, error) => refuse([id], error.message, error));
  const send = async (hand: (id: number) => void, frames = 0): Promise<number> => {
    if (ended !== undefined) throw new CountersignError('trace_unwritable', ended);
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    waiting.set(id, { resolve, reject, frames });
    unwritten += frames;
    try {
      hand(id);
    } catch (cause) {
      refuse([id], 'a message cannot be handed over', new CountersignError('trace_unwritable', undefined, { cause }));
    }
    return promise;
  };
  const post = (message: (id: number) => ToWriter): Promise<number> => send((id) => outbox.post(message(id)));
  const append = (events: readonly NewTraceEvent[], durable: boolean): Promise<number> =>
    send((id) => outbox.append(id, events, durable), events.length);
  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'failed' || message.kind === 'refused') refuse(message.ids, message.problem);
    if (message.kind === 'failed') problem = message.problem;
    if (message.kind !== 'done') return;
    if (message.problem !== undefined) report(message.problem);
    // A question that went through the writer wrote nothing and so proves nothing.
    if (message.problem !== undefined || message.head.seq > head.seq) problem = message.problem;
    head = message.head;
    settle(message.ids, (one) => one.resolve(message.erased ?? 0));
    for (const line of message.lines) options.onLine?.(line);
  });
  worker.on('error', (error) => end(`the trace writer ended: ${error.message}`));
  worker.on('exit', () => end(ended ?? 'the trace writer ended'));

  const read = async (query: ReadQuery): Promise<readonly (StoredFrame | LogLine)[]> => {
    // What was appended before the question is part of the answer; when the writer fails, what there is.
    await append([], true).catch(() => 0);
    return reader.ask(query);
  };
  const shut = async (): Promise<void> => {
    try {
      const closed = post((id) => ({ kind: 'close', id }));
      ended ??= 'the trace store is closed';
      await closed;
    } finally {
      worker.removeAllListeners('exit');
      await Promise.all([worker.terminate(), reader.close()]);
    }
  };

  return {
    async append(events, { durable }) {
      const written = append(events, durable);
      if (durable || unwritten > MAX_UNWRITTEN) await written;
      else written.catch(() => undefined); // reported through `problem`; the writer keeps the frames for its next try
    },
    // Each query answers with rows of its own kind.
    frames: async (traceId) => (await read({ kind: 'frames', traceId })) as readonly StoredFrame[],
    log: async ({ limit, session, since }) =>
      (await read({ kind: 'log', limit, session, since })) as readonly LogLine[],
    pendingTraces: async () => (await read({ kind: 'pending' })) as readonly LogLine[],
    erase: (traceId, event) => post((id) => ({ kind: 'erase', id, traceId, frame: outgoing(event) })),
    checkpoint: async () => void (await post((id) => ({ kind: 'checkpoint', id }))),
    head: () => head,
    healthy: () => problem === undefined,
    problem: () => problem,
    close: () => (closing ??= ended === undefined ? shut() : reader.close()),
  };
}

/** The writer opens the database first; what keeps it from doing so is the daemon's to report. */
async function firstHead(worker: Worker): Promise<Head> {
  const message = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error) =>
      reject(new CountersignError('trace_unwritable', error.message, { cause: error })),
    );
    worker.once('exit', () => reject(new CountersignError('trace_unwritable', 'the trace writer did not start')));
  });
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
  if (message.kind !== 'ready') throw new CountersignError('trace_unwritable', 'the trace writer did not start');
  return message.head;
}

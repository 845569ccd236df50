/** The trace as the gate sees it: appends go to the writer's thread, queries to the reader's. */
import type { KeyObject } from 'node:crypto';
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { BackupManifest, LogLine, NewTraceEvent, StoredFrame } from '../../protocol/trace.ts';
import { writeBackup } from './backup.ts';
import { checkInBackground } from './check.ts';
import type { Choice } from './erasure.ts';
import type { Erased, FromWriter, ReadQuery, ToWriter, WriterSetup } from './messages.ts';
import { createOutbox } from './outbox.ts';
import { DamageFound, startReader } from './reader.ts';
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
  /** Erases payloads in small batches; resolves to how many there were. `event` says so in the chain, once for each batch. */
  erase(choice: Choice, event: NewTraceEvent, until?: (erased: Erased) => boolean): Promise<number>;
  /** Writes a backup into a new folder and verifies it; the gate goes on meanwhile. */
  backup(folder: string): Promise<BackupManifest>;
  /** Puts a backup in the place of the present trace, which is set aside. */
  restore(folder: string, keepPresent: boolean): Promise<void>;
  checkpoint(): Promise<void>;
  head(): Head;
  healthy(): boolean;
  problem(): string | undefined;
  /** What happened to the trace that a person should know, though it can be written again. */
  notice(): string | undefined;
  close(): Promise<void>;
};

export type TraceStoreOptions = {
  readonly paths: { readonly traceDb: string; readonly witness: string; readonly recordings?: string };
  readonly daemonId: string;
  readonly signingKey: KeyObject;
  /** Something could not be written or witnessed; the text says what. */
  readonly onFault?: (problem: string) => void;
  readonly onLine?: (line: LogLine) => void;
};

/** Frames on their way that nobody waits for; beyond that, appending waits. */
const MAX_UNWRITTEN = 20_000;

type Done = Extract<FromWriter, { kind: 'done' }>;

type Waiting = {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  readonly frames: number;
};

export async function openTraceStore(options: TraceStoreOptions): Promise<TraceStore> {
  const { traceDb, witness, recordings } = options.paths;
  const signingKey = String(options.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const setup: WriterSetup = { traceDb, witness, recordings, daemonId: options.daemonId, signingKey };
  const worker = new Worker(new URL('writer-main.ts', import.meta.url), { workerData: setup });
  const waiting = new Map<number, Waiting>();
  let { head, notice } = await firstHead(worker);
  if (notice !== undefined) options.onFault?.(notice);
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
  const send = async (hand: (id: number) => void, frames = 0): Promise<Done> => {
    if (ended !== undefined) throw new CountersignError('trace_unwritable', ended);
    const id = ++lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Done>();
    waiting.set(id, { resolve, reject, frames });
    unwritten += frames;
    try {
      hand(id);
    } catch (cause) {
      refuse([id], 'a message cannot be handed over', new CountersignError('trace_unwritable', undefined, { cause }));
    }
    return promise;
  };
  const post = (message: (id: number) => ToWriter): Promise<Done> => send((id) => outbox.post(message(id)));
  const append = (events: readonly NewTraceEvent[], durable: boolean): Promise<Done> =>
    send((id) => outbox.append(id, events, durable), events.length);
  const replaced = (message: Extract<FromWriter, { kind: 'replaced' }>): void => {
    head = message.head;
    problem = undefined;
    reader.renew();
    if (message.notice === undefined) return;
    notice = message.notice;
    options.onFault?.(notice);
  };
  worker.on('message', (message: FromWriter) => {
    if (message.kind === 'refused' && message.code !== undefined) {
      const { code, problem: detail } = message;
      settle(message.ids, (one) => one.reject(new CountersignError(code, detail)));
    } else if (message.kind === 'failed' || message.kind === 'refused') refuse(message.ids, message.problem);
    if (message.kind === 'failed') problem = message.problem;
    if (message.kind === 'replaced') replaced(message);
    if (message.kind !== 'done') return;
    if (message.problem !== undefined) report(message.problem);
    // A question that went through the writer wrote nothing and so proves nothing.
    if (message.problem !== undefined || message.head.seq > head.seq) problem = message.problem;
    head = message.head;
    settle(message.ids, (one) => one.resolve(message));
    for (const line of message.lines) options.onLine?.(line);
  });
  worker.on('error', (error) => end(`the trace writer ended: ${error.message}`));
  worker.on('exit', () => end(ended ?? 'the trace writer ended'));

  const read = async (query: ReadQuery): Promise<readonly (StoredFrame | LogLine)[]> => {
    // What was appended before the question is part of the answer; when the writer fails, what there is.
    await append([], true).catch(() => undefined);
    return reader.ask(query).catch(async (error: unknown) => {
      if (!(error instanceof DamageFound)) throw error;
      await recover(error.message);
      return reader.ask(query);
    });
  };
  const recover = (reason: string): Promise<Done> => post((id) => ({ kind: 'recover', id, reason }));
  const stopChecking = checkInBackground(traceDb, (damage) => void recover(damage).catch(() => undefined));
  const shut = async (): Promise<void> => {
    stopChecking();
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
    async erase(choice, event, until = () => false) {
      const erased = await eraseAll((after) => post((id) => ({ kind: 'erase', id, choice, after, frame: outgoing(event) })), until); // prettier-ignore
      if (erased > 0) await post((id) => ({ kind: 'scrub', id }));
      return erased;
    },
    async backup(folder) {
      // So that as few frames as can be are without a witness.
      await post((id) => ({ kind: 'checkpoint', id }));
      return writeBackup({ ...setup, signingKey: options.signingKey, folder });
    },
    async restore(folder, keepPresent) {
      await post((id) => ({ kind: 'restore', id, folder, keepPresent }));
    },
    checkpoint: async () => void (await post((id) => ({ kind: 'checkpoint', id }))),
    head: () => head,
    healthy: () => problem === undefined,
    problem: () => problem,
    notice: () => notice,
    close: () => (closing ??= ended === undefined ? shut() : reader.close()),
  };
}

/** The writer opens the database first; what keeps it from doing so is the daemon's to report. */
async function firstHead(worker: Worker): Promise<Extract<FromWriter, { kind: 'ready' }>> {
  const message = await new Promise<FromWriter>((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', (error: Error) =>
      reject(new CountersignError(codeOf(error), error.message, { cause: error })),
    );
    worker.once('exit', () => reject(new CountersignError('trace_unwritable', 'the trace writer did not start')));
  });
  for (const event of ['message', 'error', 'exit']) worker.removeAllListeners(event);
  if (message.kind !== 'ready') throw new CountersignError('trace_unwritable', 'the trace writer did not start');
  return message;
}

/** Errors lose their class on the way between threads, not their properties. */
function codeOf(error: Error): 'trace_newer' | 'trace_unwritable' {
  return 'code' in error && error.code === 'trace_newer' ? 'trace_newer' : 'trace_unwritable';
}

/** Batch after batch; others write in between. */
async function eraseAll(batch: (after: number) => Promise<Done>, until: (erased: Erased) => boolean): Promise<number> {
  let [payloads, after] = [0, 0];
  for (;;) {
    const { erased } = await batch(after);
    if (erased === undefined) return payloads;
    payloads += erased.payloads;
    after = erased.last;
    if (until(erased) || !erased.more) return payloads;
  }
}

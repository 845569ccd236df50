/** The writer's thread as the store sees it: what is on its way to it, who waits for it, and how it is. */
import { Worker } from 'node:worker_threads';

import { CountersignError } from '../../protocol/errors.ts';
import type { LogLine, NewTraceEvent } from '../../protocol/trace.ts';
import type { FromWriter, LastWord, ToWriter, WriterSetup } from './messages.ts';
import { createOutbox } from './outbox.ts';
import type { Head } from './witness.ts';

export type Done = Extract<FromWriter, { kind: 'done' }>;

export type WriterLink = {
  append(events: readonly NewTraceEvent[], durable: boolean): Promise<Done>;
  post(message: (id: number) => ToWriter): Promise<Done>;
  /** Frames on their way. */
  unwritten(): number;
  head(): Head;
  /** Whether something may wait for a human. */
  waits(): boolean;
  /** How many traces wait to be looked at afterwards. */
  toReview(): number;
  lastWord(): LastWord;
  problem(): string | undefined;
  notice(): string | undefined;
  hasEnded(): boolean;
  /** Once everything that is on its way is on disk. */
  close(): Promise<void>;
};

export type WriterLinkOptions = {
  readonly setup: WriterSetup;
  readonly onFault: ((problem: string) => void) | undefined;
  readonly onLine: ((line: LogLine) => void) | undefined;
  /** Another database lies in the place of the one before. */
  readonly onReplaced: () => void;
};

type Waiting = {
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  readonly frames: number;
};

export async function linkWriter(options: WriterLinkOptions): Promise<WriterLink> {
  const worker = new Worker(new URL('writer-main.ts', import.meta.url), { workerData: options.setup });
  const waiting = new Map<number, Waiting>();
  const ready = await firstHead(worker);
  let { head, notice, waits, toReview } = ready;
  if (notice !== undefined) options.onFault?.(notice);
  let problem: string | undefined;
  let ended: string | undefined;
  let [unwritten, lastId] = [0, 0];

  const settle = (ids: readonly number[], finish: (one: Waiting) => void): void => {
    for (const one of takeOut(waiting, ids)) {
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
    ({ head, toReview } = message);
    problem = undefined;
    waits = true;
    options.onReplaced();
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
    ({ head, toReview } = message);
    settle(message.ids, (one) => one.resolve(message));
    for (const line of message.lines) {
      waits ||= line.verdict === 'pending';
      options.onLine?.(line);
    }
  });
  worker.on('error', (error) => end(`the trace writer ended: ${error.message}`));
  worker.on('exit', () => end(ended ?? 'the trace writer ended'));

  return {
    append,
    post,
    unwritten: () => unwritten,
    head: () => head,
    waits: () => waits,
    toReview: () => toReview,
    lastWord: () => ready.lastWord,
    problem: () => problem,
    notice: () => notice,
    hasEnded: () => ended !== undefined,
    async close() {
      try {
        const closed = post((id) => ({ kind: 'close', id }));
        ended ??= 'the trace store is closed';
        await closed;
      } finally {
        worker.removeAllListeners('exit');
        await worker.terminate();
      }
    },
  };
}

function takeOut(waiting: Map<number, Waiting>, ids: readonly number[]): Waiting[] {
  return ids.flatMap((id) => {
    const one = waiting.get(id);
    waiting.delete(id);
    return one ?? [];
  });
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

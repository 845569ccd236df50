/** The trace as the gate sees it: appends go to the writer's thread, queries to the reader's. */
import type { KeyObject } from 'node:crypto';

import type { BackupManifest, LogLine, NewTraceEvent, StoredFrame, TraceEventKind } from '../../protocol/trace.ts';
import { writeBackup } from './backup.ts';
import { checkInBackground } from './check.ts';
import type { Choice } from './erasure.ts';
import type { Erased, LastWord, ReadQuery, WriterSetup } from './messages.ts';
import { DamageFound, startReader } from './reader.ts';
import { outgoing } from './rows.ts';
import type { Head } from './witness.ts';
import { linkWriter, type Done } from './writer-link.ts';

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
  /** The newest frames of a kind, newest first; those of one session are found without looking at all others. */
  ofKind(event: TraceEventKind, limit: number, session?: string): Promise<readonly StoredFrame[]>;
  /** The lines of everything that still waits for a human, however old, oldest first. */
  pendingTraces(): Promise<readonly LogLine[]>;
  /** The judgements of what waits to be looked at afterwards, oldest first; a trace may have more than one. */
  reviews(limit: number): Promise<readonly StoredFrame[]>;
  /** How many traces wait for that. */
  toReview(): number;
  /** What the last frame of `wordOf` said when the trace was opened; `undefined` until it can be opened. */
  lastWord(): LastWord | undefined;
  /** How often another database was put in the place of the one before. */
  replacements(): number;
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
  readonly wordOf?: string;
  readonly signingKey: KeyObject;
  /** Something could not be written or witnessed; the text says what. */
  readonly onFault?: (problem: string) => void;
  readonly onLine?: (line: LogLine) => void;
};

/** Frames on their way that nobody waits for; beyond that, appending waits. */
const MAX_UNWRITTEN = 20_000;

export async function openTraceStore(options: TraceStoreOptions): Promise<TraceStore> {
  const { traceDb, witness, recordings } = options.paths;
  const signingKey = String(options.signingKey.export({ type: 'pkcs8', format: 'pem' }));
  const setup: WriterSetup = {
    traceDb,
    witness,
    recordings,
    daemonId: options.daemonId,
    wordOf: options.wordOf,
    signingKey,
  };
  const reader = startReader(traceDb);
  const { onFault, onLine } = options;
  let replacements = 0;
  const onReplaced = (): void => {
    replacements += 1;
    reader.renew();
  };
  const writer = await linkWriter({ setup, onFault, onLine, onReplaced });
  const { append, post } = writer;
  let closing: Promise<void> | undefined;

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
    await Promise.all([writer.close(), reader.close()]);
  };

  return {
    async append(events, { durable }) {
      const written = append(events, durable);
      if (durable || writer.unwritten() > MAX_UNWRITTEN) await written;
      else written.catch(() => undefined); // reported through `problem`; the writer keeps the frames for its next try
    },
    // Each query answers with rows of its own kind.
    frames: async (traceId) => (await read({ kind: 'frames', traceId })) as readonly StoredFrame[],
    ofKind: async (event, limit, session) =>
      (await read({ kind: 'of-kind', event, session, limit })) as readonly StoredFrame[],
    log: async ({ limit, session, since }) =>
      (await read({ kind: 'log', limit, session, since })) as readonly LogLine[],
    async pendingTraces() {
      await append([], true).catch(() => undefined);
      // Asked at every start, when mostly nothing waits: a thread of its own would be the largest part of the start.
      return writer.waits() ? ((await read({ kind: 'pending' })) as readonly LogLine[]) : [];
    },
    reviews: async (limit) => (await read({ kind: 'reviews', limit })) as readonly StoredFrame[],
    toReview: writer.toReview,
    lastWord: writer.lastWord,
    replacements: () => replacements,
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
    head: writer.head,
    healthy: () => writer.problem() === undefined,
    problem: writer.problem,
    notice: writer.notice,
    close: () => (closing ??= writer.hasEnded() ? reader.close() : shut()),
  };
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

/** The writer's thread: collects what arrives during one commit into the next. */
import { parentPort, workerData } from 'node:worker_threads';

import type { LogLine, NewTraceEvent } from '../../protocol/trace.ts';
import type { FromWriter, ToWriter, WriterSetup } from './messages.ts';
import { Writer } from './writer.ts';

/** How long after the last frame a checkpoint covers what came. */
const IDLE_MS = 1_000;
/** Frames that could not be written and that nobody waits for, kept for the next try. */
const MAX_BACKLOG = 10_000;

type Append = Extract<ToWriter, { kind: 'append' }>;

const port = parentPort;
if (port === null) throw new Error('the trace writer runs as a worker thread');
// The thread is started with nothing else.
const writer = new Writer(workerData as WriterSetup);
const tell = (message: FromWriter): void => port.postMessage(message);

let pending: Append[] = [];
let backlog: NewTraceEvent[] = [];
let idle: NodeJS.Timeout | undefined;

function commitPending(): void {
  const batch = pending;
  pending = [];
  if (batch.length === 0 && backlog.length === 0) return;
  attempt(
    batch.map(({ id }) => id),
    () => {
      const events = [...backlog, ...batch.flatMap((append) => append.events)];
      const { lines } = writer.append(events);
      backlog = [];
      return lines;
    },
    () => keepForLater(batch),
  );
}

/** Whoever waits is told at once; what nobody waits for is written with the next commit that succeeds. */
function keepForLater(batch: readonly Append[]): void {
  const unawaited = batch.filter((append) => !append.durable).flatMap((append) => append.events);
  backlog = [...backlog, ...unawaited].slice(-MAX_BACKLOG);
}

function attempt(ids: readonly number[], work: () => readonly LogLine[], onFailure: () => void): void {
  try {
    const lines = work();
    tell({ kind: 'done', ids, head: writer.head, lines });
    watchIdle();
  } catch (error) {
    onFailure();
    tell({ kind: 'failed', ids, problem: error instanceof Error ? error.message : String(error) });
  }
}

function watchIdle(): void {
  clearTimeout(idle);
  if (!writer.unwitnessed) return;
  idle = setTimeout(() => attempt([], witnessNow, () => undefined), IDLE_MS);
}

function witnessNow(): readonly LogLine[] {
  writer.checkpoint();
  return [];
}

function erase({ id, traceId, event }: Extract<ToWriter, { kind: 'erase' }>): void {
  try {
    const { commit, erased } = writer.erase(traceId, event);
    tell({ kind: 'done', ids: [id], head: commit.head, lines: commit.lines, erased });
  } catch (error) {
    tell({ kind: 'failed', ids: [id], problem: error instanceof Error ? error.message : String(error) });
  }
}

port.on('message', (message: ToWriter) => {
  if (message.kind === 'append') {
    if (pending.length === 0) setImmediate(commitPending);
    pending.push(message);
    return;
  }
  commitPending();
  switch (message.kind) {
    case 'erase':
      erase(message);
      break;
    case 'checkpoint':
      attempt([message.id], witnessNow, () => undefined);
      break;
    case 'close':
      clearTimeout(idle);
      attempt(
        [message.id],
        () => (writer.close(), []),
        () => undefined,
      );
      port.close();
  }
});
tell({ kind: 'ready', head: writer.head });

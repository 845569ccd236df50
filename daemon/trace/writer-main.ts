/** The writer's thread: collects what arrives during one commit into the next. */
import { parentPort, workerData } from 'node:worker_threads';

import type { Append, FromWriter, ToWriter, WriterSetup } from './messages.ts';
import { FrameRefused } from './rows.ts';
import { Writer } from './writer.ts';

/** How long after the last frame a checkpoint covers what came. */
const IDLE_MS = 1_000;
/** Appends that could not be written and that nobody waits for, kept for the next try. */
const MAX_BACKLOG = 10_000;

const port = parentPort;
if (port === null) throw new Error('the trace writer runs as a worker thread');
// The thread is started with nothing else.
const writer = new Writer(workerData as WriterSetup);
const tell = (message: FromWriter): void => port.postMessage(message);

let pending: Append[] = [];
let backlog: Append[] = [];
let idle: NodeJS.Timeout | undefined;
let committingNext = false;

/** At the next turn, together with all that came until then. */
function commitSoon(): void {
  if (committingNext) return;
  committingNext = true;
  setImmediate(commitPending);
}

function commitPending(): void {
  committingNext = false;
  const batch = [...backlog, ...pending];
  [backlog, pending] = [[], []];
  if (batch.length > 0) write(batch);
}

/** Whoever waits is told at once; what nobody waits for is written with the next commit that succeeds. */
function write(batch: readonly Append[]): void {
  const ids = batch.map(({ id }) => id);
  try {
    tell({ kind: 'done', ids, ...writer.append(batch.flatMap(({ frames }) => frames)) });
  } catch (error) {
    if (error instanceof FrameRefused) {
      separate(batch, error);
      return;
    }
    backlog = [...backlog, ...batch.filter(({ durable }) => !durable)];
    const lost = backlog.splice(0, backlog.length - MAX_BACKLOG);
    const more = lost.length === 0 ? '' : `; ${lost.length} that nobody waited for are lost`;
    tell({ kind: 'failed', ids, problem: `${textOf(error)}${more}` });
  }
  watchIdle();
}

/** One frame that cannot be stored takes nobody else's along. */
function separate(batch: readonly Append[], error: FrameRefused): void {
  if (batch.length === 1) tell({ kind: 'refused', ids: batch.map(({ id }) => id), problem: textOf(error) });
  else for (const one of batch) write([one]);
}

/** What is left over is dealt with when nothing comes: a checkpoint for the written, another try for the rest. */
function watchIdle(): void {
  clearTimeout(idle);
  if (!writer.unwitnessed && backlog.length === 0) return;
  idle = setTimeout(() => {
    commitPending();
    if (writer.unwitnessed) checkpoint([]);
  }, IDLE_MS);
}

function checkpoint(ids: readonly number[]): void {
  try {
    writer.checkpoint();
    tell({ kind: 'done', ids, head: writer.head, lines: [] });
  } catch (error) {
    tell({ kind: 'failed', ids, problem: textOf(error) });
  }
}

function erase({ id, traceId, frame }: Extract<ToWriter, { kind: 'erase' }>): void {
  try {
    const { commit, erased } = writer.erase(traceId, frame);
    tell({ kind: 'done', ids: [id], ...commit, erased });
    watchIdle();
  } catch (error) {
    tell({ kind: error instanceof FrameRefused ? 'refused' : 'failed', ids: [id], problem: textOf(error) });
  }
}

function close(id: number): void {
  clearTimeout(idle);
  try {
    writer.close();
    tell({ kind: 'done', ids: [id], head: writer.head, lines: [] });
  } catch (error) {
    tell({ kind: 'failed', ids: [id], problem: textOf(error) });
  }
  port?.close();
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

port.on('message', (message: ToWriter) => {
  if (message.kind === 'append') {
    pending.push(...message.appends);
    commitSoon();
    return;
  }
  commitPending();
  switch (message.kind) {
    case 'erase':
      erase(message);
      break;
    case 'checkpoint':
      checkpoint([message.id]);
      break;
    case 'close':
      close(message.id);
  }
});
tell({ kind: 'ready', head: writer.head });

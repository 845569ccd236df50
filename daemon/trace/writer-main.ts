/** The writer's thread: collects what arrives during one commit into the next. */
import { parentPort, workerData } from 'node:worker_threads';

import type { Append, FromWriter, ToWriter, WriterSetup } from './messages.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { isCorruption } from './database.ts';
import { faultWords } from './fault-words.ts';
import { openRecovered } from './recover.ts';
import { restoreBackup } from './restore.ts';
import { FrameRefused } from './rows.ts';
import type { Writer } from './writer.ts';

/** How long after the last frame a checkpoint covers what came. */
const IDLE_MS = 1_000;
/** Appends that could not be written and that nobody waits for, kept for the next try. */
const MAX_BACKLOG = 10_000;

const port = parentPort;
if (port === null) throw new Error('the trace writer runs as a worker thread');
// The thread is started with nothing else.
const setup = workerData as WriterSetup;
const opened = openRecovered(setup);
/** None while the trace cannot be opened: then each append tries again. */
let writer: Writer | undefined = opened.writer;
/** What somebody ran into, until it was dealt with. */
let suspicion: string | undefined;
let scrubbing = false;
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
    const frames = batch.flatMap((append) => append.frames);
    tell({ kind: 'done', ids, ...current().append(frames) });
  } catch (error) {
    if (error instanceof FrameRefused) {
      separate(batch, error);
      return;
    }
    backlog = [...backlog, ...batch.filter(({ durable }) => !durable)];
    const lost = backlog.splice(0, backlog.length - MAX_BACKLOG);
    const more = lost.length === 0 ? '' : `; ${lost.length} that nobody waited for are lost`;
    tell({ kind: 'failed', ids, problem: `${faultWords(error)}${more}` });
    if (isCorruption(error)) replace(faultWords(error));
  }
  watchIdle();
}

/** The writer, opened anew when the last try to do so failed. */
function current(): Writer {
  if (writer === undefined) {
    const { notice, ...anew } = openRecovered(setup, suspicion);
    writer = anew.writer;
    suspicion = undefined;
    tell({ kind: 'replaced', head: writer.head, notice, toReview: writer.toReview });
  }
  return writer;
}

/** INVARIANT: a damaged database is not written to again. */
function replace(reason: string): void {
  writer?.abandon();
  writer = undefined;
  suspicion = reason;
  try {
    current();
  } catch (error) {
    tell({ kind: 'failed', ids: [], problem: faultWords(error) });
  }
}

/** One frame that cannot be stored takes nobody else's along. */
function separate(batch: readonly Append[], error: FrameRefused): void {
  if (batch.length === 1) tell({ kind: 'refused', ids: batch.map(({ id }) => id), problem: faultWords(error) });
  else for (const one of batch) write([one]);
}

/** What is left over is dealt with when nothing comes: a checkpoint for the written, another try for the rest. */
function watchIdle(): void {
  clearTimeout(idle);
  if (writer?.unwitnessed === false && backlog.length === 0 && !scrubbing) return;
  idle = setTimeout(() => {
    commitPending();
    if (writer?.unwitnessed === true) attempt([], () => current().checkpoint());
    if (scrubbing) scrub([]);
  }, IDLE_MS);
}

/** Does what somebody asked for and tells how it went; damage found on the way is dealt with at once. */
function attempt(
  ids: readonly number[],
  work: () => Partial<Extract<FromWriter, { kind: 'done' }>> | undefined | void,
): void {
  try {
    const result = work() ?? {};
    const { head, toReview } = current();
    tell({ kind: 'done', ids, head, lines: [], toReview, ...result });
  } catch (error) {
    const kind = error instanceof FrameRefused || error instanceof CountersignError ? 'refused' : 'failed';
    const code = error instanceof CountersignError ? { code: error.code } : {};
    tell({ kind, ids, problem: faultWords(error), ...code });
    if (isCorruption(error)) replace(faultWords(error));
  }
}

/** A reader in the middle of a query leaves it to the next quiet moment. */
function scrub(ids: readonly number[]): void {
  attempt(ids, () => {
    scrubbing = true;
    scrubbing = !current().scrub();
  });
  watchIdle();
}

function erase({ id, choice, after, frame }: Extract<ToWriter, { kind: 'erase' }>): void {
  attempt([id], () => {
    const { commit, erased } = current().erase(choice, after, frame);
    return { ...commit, erased };
  });
  watchIdle();
}

function restore({ id, folder, keepPresent }: Extract<ToWriter, { kind: 'restore' }>): void {
  attempt([id], () => {
    const present = current();
    // Whatever comes of closing it, it is not written to again.
    writer = undefined;
    try {
      present.close();
      restoreBackup(setup, folder, keepPresent);
    } finally {
      current();
    }
  });
  watchIdle();
}

function close(id: number): void {
  clearTimeout(idle);
  attempt([id], () => {
    if (scrubbing) current().scrub();
    current().close();
  });
  port?.close();
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
    case 'restore':
      restore(message);
      break;
    case 'recover':
      replace(message.reason);
      attempt([message.id], () => undefined);
      break;
    case 'checkpoint':
      attempt([message.id], () => current().checkpoint());
      break;
    case 'scrub':
      scrub([message.id]);
      break;
    case 'close':
      close(message.id);
  }
});
tell({
  kind: 'ready',
  head: opened.writer.head,
  notice: opened.notice,
  waits: opened.writer.waits,
  toReview: opened.writer.toReview,
  lastWord: opened.writer.lastWord(setup.wordOf ?? ''),
});

/** Brings what native clients spooled into the trace, each line once. */
import { closeSync, constants, existsSync, fstatSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import type { NewTraceEvent } from '../../protocol/trace.ts';
import { tryLock } from '../identity/native-calls.ts';
import type { Log } from '../log/log.ts';
import type { TraceStore } from '../trace/store.ts';
import { entriesOf, type Entry } from './entries.ts';
import { spooledFrames, type SpoolJudge } from './frames.ts';

/** What an import came to. */
export type SpoolCounts = {
  readonly imported: number;
  /** In the trace already: an import that was cut short, or a line that somebody copied. */
  readonly known: number;
  /** No question of a client. */
  readonly refused: number;
  /** What the clients could not write down, as they counted it. */
  readonly dropped: number;
};

export type SpoolParts = SpoolJudge & {
  readonly home: string;
  readonly store: Pick<TraceStore, 'append' | 'frames' | 'healthy'>;
  readonly log: Log;
  readonly importedFrame: (counts: SpoolCounts) => NewTraceEvent;
};

export type Spool = {
  /** Looks for something to import; called on a tick. */
  tick(): void;
};

/** Frames of so many lines are written in one commit. */
const BATCH = 32;
/** A client holds its lock for the time of one write; whoever holds it for so many ticks wants to keep us from importing. */
const MOST_WAITED = 120;
const READ = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export function createSpool(parts: SpoolParts): Spool {
  const at = (name: string): string => join(parts.home, 'spool', name);
  const files = { asks: at('asks.jsonl'), importing: at('importing.jsonl'), dropped: at('dropped') };
  let busy = false;
  let waited = 0;
  let said = '';
  const complain = (error: unknown): void => {
    const text = error instanceof Error ? error.message : String(error);
    if (text !== said) parts.log.warn('the spool cannot be imported; it is tried again', { err: error });
    said = text;
  };

  const run = async (): Promise<void> => {
    // INVARIANT: what is being imported keeps its name until all of it is in the trace; a killed import begins anew.
    if (!existsSync(files.importing)) renameSync(files.asks, files.importing);
    const fd = openQuiet(files.importing);
    if (fd === undefined) return setAside(files.importing, at(`no-spool-${Date.now()}`), parts.log);
    try {
      if (!writersAreGone(files.importing) && ++waited < MOST_WAITED) return;
      waited = 0;
      const { size } = fstatSync(fd);
      const counts = await importAll(parts, fd, droppedIn(files.dropped));
      await parts.store.append([parts.importedFrame(counts)], { durable: true });
      // Somebody wrote without having asked for the lock: it is read again, and only what is new is imported.
      if (fstatSync(fd).size !== size) return;
      rmSync(files.importing);
      rmSync(files.dropped, { force: true });
      parts.log.info('spooled questions were imported', { ...counts });
      said = '';
    } finally {
      closeSync(fd);
    }
  };

  return {
    tick() {
      if (busy || !parts.store.healthy() || !(existsSync(files.importing) || hasContent(files.asks))) return;
      busy = true;
      run()
        .catch(complain)
        .finally(() => (busy = false));
    },
  };
}

/** Nobody who opened the file under its old name writes to it once its lock was ours: clients look again under theirs. */
function writersAreGone(path: string): boolean {
  const fd = openSync(path, READ);
  try {
    return tryLock(fd);
  } finally {
    closeSync(fd);
  }
}

async function importAll(parts: SpoolParts, fd: number, dropped: number): Promise<SpoolCounts> {
  const counts = { imported: 0, known: 0, refused: 0, dropped };
  const seen = new Set<string>();
  let batch: Ask[] = [];
  const flush = async (): Promise<void> => {
    const fresh = await unknownOf(parts.store, batch);
    counts.known += batch.length - fresh.length;
    batch = [];
    const frames: NewTraceEvent[][] = [];
    for (const { traceId, spooled } of fresh) {
      frames.push(await spooledFrames(parts, traceId, spooled));
      // Others wait for the same thread.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const written = await write(parts.store, frames);
    counts.imported += written;
    counts.refused += fresh.length - written;
  };
  for (const entry of entriesOf(fd)) {
    if (entry.kind === 'no-ask') counts.refused += 1;
    else if (seen.has(entry.traceId)) counts.known += 1;
    else {
      seen.add(entry.traceId);
      batch.push(entry);
    }
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  return counts;
}

type Ask = Extract<Entry, { kind: 'ask' }>;

/** The trace itself tells what is in it: there is no second record that could disagree after a kill. */
async function unknownOf(store: SpoolParts['store'], asks: readonly Ask[]): Promise<readonly Ask[]> {
  const found = await Promise.all(asks.map(({ traceId }) => store.frames(traceId)));
  return asks.filter((_, at) => found[at]?.length === 0);
}

/** All frames of a line are in one commit or none is. A line that the store refuses takes no other along. */
async function write(store: SpoolParts['store'], lines: readonly (readonly NewTraceEvent[])[]): Promise<number> {
  if (lines.length === 0) return 0;
  try {
    await store.append(lines.flat(), { durable: true });
    return lines.length;
  } catch (error) {
    if (!store.healthy()) throw error;
    if (lines.length === 1) return 0;
    let written = 0;
    for (const line of lines) written += await write(store, [line]);
    return written;
  }
}

function openQuiet(path: string): number | undefined {
  try {
    const fd = openSync(path, READ);
    if (fstatSync(fd).isFile()) return fd;
    closeSync(fd);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'ELOOP' || error.code === 'ENXIO'))) throw error;
  }
  return undefined;
}

/** A link, a pipe or a folder in the place of the spool is nobody's questions. */
function setAside(path: string, aside: string, log: Log): void {
  renameSync(path, aside);
  log.warn('what lay in the place of the spool is no file; it was set aside', { aside });
}

function hasContent(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (!stats.isFile() || stats.size > 0);
}

function droppedIn(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

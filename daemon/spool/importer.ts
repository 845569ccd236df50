/** Brings what native clients spooled into the trace, each line once. */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import type { NewTraceEvent } from '../../protocol/trace.ts';
import { tryLock } from '../identity/native-calls.ts';
import type { Log } from '../log/log.ts';
import type { TraceStore } from '../trace/store.ts';
import { allowanceOf, type Amount } from './allowance.ts';
import { entriesOf, type Entry } from './entries.ts';
import { observedIn } from './observed.ts';
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
  /** Of the imported lines. */
  readonly bytes: number;
  /** More than an import or a day may bring: not in the trace. */
  readonly beyond: number;
  /** Whether the file with them was kept. */
  readonly kept: boolean;
};

export type SpoolParts = SpoolJudge & {
  readonly home: string;
  readonly store: Pick<TraceStore, 'append' | 'frames' | 'healthy' | 'log'>;
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
/** Files with more than may be imported that are kept for a person; each has the size of a spool at most. */
const MOST_KEPT = 4;
const KEPT = 'beyond-';
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
    if (lstatSync(files.importing, { throwIfNoEntry: false }) === undefined) renameSync(files.asks, files.importing);
    const fd = openQuiet(files.importing);
    if (fd === undefined) return setAside(files.importing, at(`no-spool-${Date.now()}`), parts.log);
    try {
      if (!writersAreGone(files.importing) && ++waited < MOST_WAITED) return;
      waited = 0;
      const { size } = fstatSync(fd);
      const brought = await importAll(parts, fd, droppedIn(files.dropped));
      const counts = { ...brought, kept: brought.beyond > 0 && keptIn(at('')) < MOST_KEPT };
      await parts.store.append([parts.importedFrame(counts)], { durable: true });
      // Somebody wrote without having asked for the lock: it is read again, and only what is new is imported.
      if (fstatSync(fd).size !== size) return;
      if (counts.kept) renameSync(files.importing, at(`${KEPT}${Date.now()}.jsonl`));
      else rmSync(files.importing);
      clearDropped(files.dropped, at(`no-spool-${Date.now()}`), parts.log);
      parts.log.info('spooled questions were imported', { ...counts });
      said = '';
    } finally {
      closeSync(fd);
    }
  };

  return {
    tick() {
      if (
        busy ||
        !parts.store.healthy() ||
        !(lstatSync(files.importing, { throwIfNoEntry: false }) !== undefined || hasContent(files.asks))
      )
        return;
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

async function importAll(parts: SpoolParts, fd: number, dropped: number): Promise<Omit<SpoolCounts, 'kept'>> {
  const counts = { imported: 0, known: 0, refused: 0, dropped, bytes: 0, beyond: 0 };
  const room = await allowanceOf(parts.store, parts.wallMs());
  const observed = await observedIn(parts.store);
  const seen = new Set<string>();
  let batch: Ask[] = [];
  const flush = async (): Promise<void> => {
    const unknown = await unknownOf(parts.store, batch);
    const fresh = withinRoom(unknown, { lines: room.lines - counts.imported, bytes: room.bytes - counts.bytes });
    counts.known += batch.length - unknown.length;
    counts.beyond += unknown.length - fresh.length;
    counts.bytes += fresh.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    batch = [];
    const frames: NewTraceEvent[][] = [];
    for (const { traceId, spooled } of fresh) {
      frames.push(await spooledFrames(parts, traceId, spooled, observed));
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

function withinRoom(asks: readonly Ask[], room: Amount): readonly Ask[] {
  let bytes = 0;
  return asks.slice(0, Math.max(0, room.lines)).filter(({ sizeBytes }) => (bytes += sizeBytes) <= room.bytes);
}

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
    if (!(error instanceof Error && 'code' in error && NO_FILE.has(error.code))) throw error;
  }
  return undefined;
}

/** A link, a socket, or what not even its owner may read. */
const NO_FILE: ReadonlySet<unknown> = new Set(['ELOOP', 'ENXIO', 'EACCES', 'EOPNOTSUPP']);

/** A link, a pipe or a folder in the place of the spool is nobody's questions. */
function setAside(path: string, aside: string, log: Log): void {
  renameSync(path, aside);
  log.warn('what lay in the place of the spool is no file; it was set aside', { aside });
}

function hasContent(path: string): boolean {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats !== undefined && (!stats.isFile() || stats.size > 0);
}

/** One byte for each; only a file was written by a client. */
function droppedIn(path: string): number {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats?.isFile() === true ? stats.size : 0;
}

function clearDropped(path: string, aside: string, log: Log): void {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  if (stats?.isFile() === true) rmSync(path, { force: true });
  else if (stats !== undefined) setAside(path, `${aside}-dropped`, log);
}

function keptIn(folder: string): number {
  return readdirSync(folder).filter((name) => name.startsWith(KEPT)).length;
}

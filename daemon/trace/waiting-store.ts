/** The trace of a daemon that started where nothing can be written: it says so, and opens as soon as it can. */
import { CountersignError } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { faultWords } from './fault-words.ts';
import type { TraceStore } from './store.ts';

const RETRY_MS = 1_000;
/** Frames that nobody waits for and that are kept until then. */
const MAX_KEPT = 10_000;
/** No space, no right to write, no way to the disk, somebody else's lock. Damage and a newer schema are other matters: there no waiting helps. */
const NOWHERE_TO_WRITE =
  /^(?:ENOSPC|EDQUOT|EROFS|EIO|SQLITE_FULL|SQLITE_BUSY\w*|SQLITE_READONLY\w*|SQLITE_CANTOPEN\w*|SQLITE_IOERR_(?:SHM|WRITE|FSYNC|TRUNCATE|DIR_FSYNC|GETTEMPPATH)\w*)$/;

/** Rejects with what `open` rejects with unless waiting may help. */
export async function openOrWait(
  open: () => Promise<TraceStore>,
  onProblem: (problem: string) => void,
): Promise<TraceStore> {
  try {
    return await open();
  } catch (error) {
    if (!mayPass(error)) throw error;
    const problem = faultWords(error);
    onProblem(problem);
    return waitingStore(open, problem);
  }
}

function waitingStore(open: () => Promise<TraceStore>, first: string): TraceStore {
  const { promise: opened, resolve } = Promise.withResolvers<TraceStore>();
  let store: TraceStore | undefined;
  let problem = first;
  let kept: (readonly NewTraceEvent[])[] = [];
  const unwritable = () => new CountersignError('trace_unwritable', problem);
  const retry = async (): Promise<void> => {
    try {
      store = await open();
    } catch (error) {
      problem = faultWords(error);
      timer = setTimeout(() => void retry(), RETRY_MS);
      return;
    }
    for (const events of kept.splice(0)) await store.append(events, { durable: false }).catch(() => undefined); // the store reports it
    resolve(store);
  };
  let timer = setTimeout(() => void retry(), RETRY_MS);
  const now = async (): Promise<TraceStore> => {
    if (store === undefined) throw unwritable();
    return store;
  };

  return {
    async append(events, options) {
      if (store !== undefined) return store.append(events, options);
      if (options.durable) throw unwritable();
      kept = [...kept.slice(-MAX_KEPT), events];
    },
    frames: async (traceId) => (await now()).frames(traceId),
    ofKind: async (...given) => (await now()).ofKind(...given),
    log: async (query) => (await now()).log(query),
    // Whoever asks for these has something to do once the trace is there.
    pendingTraces: async () => (await opened).pendingTraces(),
    reviews: async (limit) => (await now()).reviews(limit),
    toReview: () => store?.toReview() ?? 0,
    lastWord: () => store?.lastWord(),
    replacements: () => store?.replacements() ?? 0,
    erase: async (...given) => (await now()).erase(...given),
    backup: async (folder) => (await now()).backup(folder),
    restore: async (...given) => (await now()).restore(...given),
    checkpoint: async () => (await now()).checkpoint(),
    head: () => store?.head() ?? { seq: 0, hash: '' },
    healthy: () => store?.healthy() ?? false,
    problem: () => (store === undefined ? problem : store.problem()),
    notice: () => store?.notice(),
    async close() {
      clearTimeout(timer);
      await store?.close();
    },
  };
}

function mayPass(error: unknown): boolean {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string' && NOWHERE_TO_WRITE.test(at.code)) return true;
  }
  return false;
}

/** Who is judged next: sessions take turns, so that a flood from one makes only that one wait. */
import { CountersignError } from '../../protocol/errors.ts';
import { add } from './connections.ts';

export type Turns = {
  /** Runs the work when it is this session's turn; rejects with a code when it is given up before. */
  take<T>(session: string, signal: AbortSignal, work: () => Promise<T>): Promise<T>;
  /** Whether another request of this session would have to be refused. */
  isFull(session: string): boolean;
};

export type TurnLimits = {
  /** Judged at a time. Looking at files takes most of the time, and more looks at once only make each slower. */
  readonly working: number;
  /** Of these, from one session: another always finds a place free. */
  readonly workingPerSession: number;
  readonly waiting: number;
  /** More than a parallel build starts at a time. */
  readonly waitingPerSession: number;
};

const ORDINARY: TurnLimits = { working: 128, workingPerSession: 32, waiting: 8_192, waitingPerSession: 2_048 };
/** Started before whoever else waits for this thread, a client or a person, gets a turn. */
const BURST = 32;

type Waiting = { readonly start: () => void };

export function createTurns(limits: TurnLimits = ORDINARY): Turns {
  const working = new Map<string, number>();
  /** In the order in which sessions get their turn; a session is in it while it has somebody waiting. */
  const queues = new Map<string, Set<Waiting>>();
  let busy = 0;
  let waiting = 0;
  let scheduled = false;

  const hasPlace = (session: string): boolean =>
    busy < limits.working && (working.get(session) ?? 0) < limits.workingPerSession;
  const isFull = (session: string): boolean =>
    waiting >= limits.waiting || (queues.get(session)?.size ?? 0) >= limits.waitingPerSession;
  const begin = (session: string): void => {
    busy += 1;
    add(working, session, 1);
  };
  const finish = (session: string): void => {
    busy -= 1;
    add(working, session, -1);
    schedule();
  };
  const enter = (session: string, entry: Waiting): void => {
    queues.set(session, (queues.get(session) ?? new Set()).add(entry));
    waiting += 1;
    schedule();
  };
  /** False when it has left already. */
  const leave = (session: string, entry: Waiting): boolean => {
    const queue = queues.get(session);
    if (queue?.delete(entry) !== true) return false;
    waiting -= 1;
    // To the end: the others come first the next time.
    queues.delete(session);
    if (queue.size > 0) queues.set(session, queue);
    return true;
  };
  const startSome = (): void => {
    let started = 0;
    for (const [session, [first]] of queues) {
      if (first === undefined || !hasPlace(session)) continue;
      leave(session, first);
      begin(session);
      first.start();
      if (++started < BURST) continue;
      schedule();
      return;
    }
  };
  const schedule = (): void => {
    if (scheduled || waiting === 0) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      startSome();
    });
  };
  const whenTurn = (session: string, signal: AbortSignal): Promise<void> => {
    if (waiting === 0 && hasPlace(session)) {
      begin(session);
      return Promise.resolve();
    }
    if (isFull(session)) return Promise.reject(new CountersignError('too_busy'));
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const entry = { start: resolve };
    enter(session, entry);
    const giveUp = (): void => {
      if (leave(session, entry)) reject(new CountersignError('approval_cancelled'));
    };
    if (signal.aborted) giveUp();
    else signal.addEventListener('abort', giveUp, { once: true });
    return promise;
  };

  return {
    isFull,
    async take(session, signal, work) {
      await whenTurn(session, signal);
      try {
        return await work();
      } finally {
        finish(session);
      }
    },
  };
}

/** Calls of tools on their way: asked about, running, ended; whoever carries the messages asks here what goes on. */
import type { CallAnswer, CallRun, Ended, Guard } from './guard.ts';
import { fieldsOf, keyOf, lineOf, type Fields, type Id, type Message } from './message.ts';

export type Request = Extract<Message, { kind: 'request' }>;
export type Response = Extract<Message, { kind: 'response' }>;

export type Calls = {
  /** `run`: it goes on. Fields: the answer in the place of that of the server. `undefined`: nobody waits any more. */
  asked(request: Request): Promise<CallRun | Fields | undefined>;
  /** It will not run after all. */
  dropped(request: Request): Promise<void>;
  isRunning(id: Id): boolean;
  /** What is given in the place of what the server answered. */
  answered(response: Response): Promise<Fields | undefined>;
  /** True when the server is to be told: it was told of the call. */
  cancelled(id: Id): boolean;
  end(): void;
};

export type CallsEnds = {
  readonly toClient: (line: Buffer) => void;
  /** A policy limits how long it may take, and it took longer. */
  readonly onOverdue: (id: Id) => void;
};

/** Asked about, and running once `ended` is there. */
type Running = { readonly abort: AbortController; ended?: Ended; limit?: NodeJS.Timeout };

const INVALID = -32_600;

export function createCalls(guard: Guard, { toClient, onOverdue }: CallsEnds): Calls {
  const calls = new Map<string, Running>();
  const take = (id: Id): Running | undefined => {
    const running = calls.get(keyOf(id));
    calls.delete(keyOf(id));
    clearTimeout(running?.limit);
    return running;
  };
  const ask = ({ params }: Request, { signal }: AbortController): Promise<CallAnswer> => {
    const token = fieldsOf(params['_meta'])?.['progressToken'];
    const wanted = typeof token === 'string' || typeof token === 'number';
    const onProgress = (step: number, message: string): void => toClient(progressLine(token, step, message));
    return guard.call(params, { signal, onProgress: wanted ? onProgress : undefined });
  };

  return {
    async asked(request) {
      const { id } = request;
      // INVARIANT: an id names one call: the answer to the first would be taken for that of the second.
      if (calls.has(keyOf(id))) return { error: { code: INVALID, message: 'this id is in use for another call' } };
      const running: Running = { abort: new AbortController() };
      calls.set(keyOf(id), running);
      const answer = await ask(request, running.abort);
      const isGone = running.abort.signal.aborted;
      if (answer.kind === 'answer' || isGone) {
        take(id);
        if (answer.kind === 'run') await answer.ended('cancelled');
        // Whoever cancelled it does not want to hear of it.
        return answer.kind === 'run' || isGone ? undefined : { result: answer.result };
      }
      running.ended = answer.ended;
      if (answer.limitMs !== undefined) {
        running.limit = setTimeout(() => {
          void take(id)
            ?.ended?.('cancelled')
            .catch(() => undefined); // the daemon is gone, and nobody is left to be told
          onOverdue(id);
        }, answer.limitMs);
      }
      return answer;
    },
    async dropped({ id }) {
      await take(id)?.ended?.('cancelled');
    },
    isRunning: (id) => calls.get(keyOf(id))?.ended !== undefined,
    async answered({ id, result: given, error }) {
      const result = fieldsOf(given);
      const failed = error !== undefined || result?.['isError'] === true;
      return take(id)?.ended?.(failed ? 'failed' : 'succeeded', result);
    },
    cancelled(id) {
      const running = calls.get(keyOf(id));
      running?.abort.abort();
      return running === undefined || running.ended !== undefined;
    },
    end() {
      for (const { abort, ended, limit } of calls.values()) {
        abort.abort();
        clearTimeout(limit);
        void ended?.('unknown').catch(() => undefined); // as above
      }
      calls.clear();
    },
  };
}

/** So small that whatever the server itself reports is further on. */
function progressLine(token: unknown, step: number, message: string): Buffer {
  return lineOf({ jsonrpc: '2.0', method: 'notifications/progress', params: { progressToken: token, progress: step / 1_000_000, message } }); // prettier-ignore
}

export function isRun(answer: unknown): answer is CallRun {
  return fieldsOf(answer)?.['kind'] === 'run';
}

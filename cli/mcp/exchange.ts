/** The messages of one client to one server that belong together, whatever carries them. */
import { createCalls, isRun, type Calls, type Request } from './calls.ts';
import type { Guard } from './guard.ts';
import { fieldsOf, isId, keyOf, textAt, type Fields, type Id, type Message } from './message.ts';
import { createRequests } from './requests.ts';

export type Verdict =
  | { readonly kind: 'pass' }
  /** The same messages with other parameters. */
  | { readonly kind: 'changed'; readonly messages: readonly unknown[] }
  /** In the place of what the server would answer; none when nobody waits any more. */
  | { readonly kind: 'answer'; readonly replies: readonly Fields[] };

export type Exchange = {
  /** Whether messages may go on; resolves when every call among them was judged. */
  judge(messages: readonly Message[]): Promise<Verdict>;
  /** It answers, or means to answer, what was asked here, also once more. */
  awaits(message: Message): boolean;
  /** What is given in the place of what it answered; `undefined`: that goes on as it came. */
  answered(message: Message): Promise<Fields | 'dropped' | undefined>;
  /** A request that was cancelled; true when the server is to be told. */
  cancelled(params: Fields): boolean;
  isOver(): boolean;
  end(): void;
};

export type ExchangeEnds = {
  readonly toClient: (line: Buffer) => void;
  readonly onOverdue: (id: Id) => void;
};

const INVALID = -32_600;
export const SILENT = 'a call of a tool without an id was dropped';
const HELD_BACK = { error: { code: INVALID, message: 'Countersign: not run, because another message of this batch was held back' } }; // prettier-ignore

export function createExchange(guard: Guard, ends: ExchangeEnds): Exchange {
  const calls = createCalls(guard, {
    ...ends,
    onOverdue(id) {
      requests.forget(id);
      ends.onOverdue(id);
    },
  });
  const requests = createRequests();
  let open = 0;
  return {
    async judge(messages) {
      for (const message of messages) if (message.kind === 'request' || message.kind === 'notification') guard.meets(message.params); // prettier-ignore
      const verdict = await judgeAll(calls, messages);
      if (verdict.kind === 'answer') return verdict;
      for (const message of messages) {
        if (message.kind !== 'request') continue;
        requests.sent(message);
        open += 1;
      }
      return verdict;
    },
    awaits: (message) => isStray(message) || (message.kind === 'response' && requests.knows(message.id)),
    async answered(message) {
      if (message.kind !== 'response') return isStray(message) ? 'dropped' : undefined;
      const request = requests.answered(message.id);
      // INVARIANT: a client sees no answer that was not looked at, however often and under which id it is given.
      if (request === undefined) return 'dropped';
      open -= 1;
      const list = request.method === 'tools/list' ? fieldsOf(message.result) : undefined;
      const isFirst = textAt(request.params, 'cursor') === undefined;
      const result = await (list === undefined
        ? calls.answered({ ...message, id: request.id })
        : guard.listed(list, isFirst));
      return result === undefined ? undefined : { ...message.whole, result };
    },
    cancelled({ requestId }) {
      if (!isId(requestId)) return true;
      if (calls.isRunning(requestId)) requests.forget(requestId);
      return calls.cancelled(requestId);
    },
    isOver: () => open <= 0,
    end: calls.end,
  };
}

/** INVARIANT: of messages with a call that is denied nothing runs: what belongs together is not torn apart. */
async function judgeAll(calls: Calls, messages: readonly Message[]): Promise<Verdict> {
  const requests = messages.filter((message) => message.kind === 'request');
  const called = requests.filter(isCall);
  const answers = await Promise.all(called.map(calls.asked));
  const own = new Map(called.map(({ id }, at) => [keyOf(id), answers[at]]));
  if (answers.every(isRun)) {
    if (answers.every((answer, at) => answer.params === called[at]?.params)) return { kind: 'pass' };
    return { kind: 'changed', messages: messages.map((message) => changedBy(message, own)) };
  }
  await Promise.all(called.filter((_, at) => isRun(answers[at])).map(calls.dropped));
  const waited = requests.filter(({ id }) => !own.has(keyOf(id)) || own.get(keyOf(id)) !== undefined);
  const replies = waited.map(({ id }) => {
    const answer = own.get(keyOf(id));
    return { jsonrpc: '2.0', id, ...(answer === undefined || isRun(answer) ? HELD_BACK : answer) };
  });
  return { kind: 'answer', replies };
}

function changedBy(message: Message, answers: ReadonlyMap<string, unknown>): unknown {
  if (message.kind === 'other') return null;
  const answer = message.kind === 'request' ? answers.get(keyOf(message.id)) : undefined;
  return isRun(answer) ? { ...message.whole, params: answer.params } : message.whole;
}

/** A result that does not say what it answers, or that asks something as well: readers differ in what they make of it. */
function isStray({ kind, whole = {} }: Message): boolean {
  if (kind === 'response') return false;
  return 'result' in whole || (kind !== 'other' && 'error' in whole);
}

export function isCall(message: Message): message is Request {
  return message.kind === 'request' && message.method === 'tools/call';
}

export function isSilentCall(message: Message): boolean {
  return message.kind === 'notification' && message.method === 'tools/call';
}

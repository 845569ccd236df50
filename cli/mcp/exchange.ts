/** The messages of one client to one server that belong together, whatever carries them. */
import { createCalls, isRun, type Calls, type Request } from './calls.ts';
import type { Guard } from './guard.ts';
import { fieldsOf, isId, keyOf, type Fields, type Id, type Message } from './message.ts';

export type Verdict =
  | { readonly kind: 'pass' }
  /** The same messages with other parameters. */
  | { readonly kind: 'changed'; readonly messages: readonly unknown[] }
  /** In the place of what the server would answer; none when nobody waits any more. */
  | { readonly kind: 'answer'; readonly replies: readonly Fields[] };

export type Exchange = {
  /** Whether messages may go on; resolves when every call among them was judged. */
  judge(messages: readonly Message[]): Promise<Verdict>;
  /** The server is to answer this. */
  awaits(message: Message): boolean;
  /** What is given in the place of what it answered; `undefined`: that goes on as it came. */
  answered(message: Message): Promise<Fields | undefined>;
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
  const calls = createCalls(guard, ends);
  const lists = new Set<string>();
  let open = 0;
  const note = (messages: readonly Message[]): void => {
    for (const message of messages) if (message.kind === 'request' && message.method === 'tools/list') lists.add(keyOf(message.id)); // prettier-ignore
  };
  const awaits: Exchange['awaits'] = (message) => message.kind === 'response' && (lists.has(keyOf(message.id)) || calls.isRunning(message.id)); // prettier-ignore
  return {
    async judge(messages) {
      for (const message of messages) if (message.kind === 'request' || message.kind === 'notification') guard.meets(message.params); // prettier-ignore
      const verdict = await judgeAll(calls, messages);
      if (verdict.kind === 'answer') return verdict;
      note(messages);
      open += messages.filter((message) => message.kind === 'request').length;
      return verdict;
    },
    awaits,
    async answered(message) {
      if (message.kind !== 'response') return undefined;
      open -= 1;
      if (!awaits(message)) return undefined;
      const shown = lists.delete(keyOf(message.id)) ? fieldsOf(message.result) : undefined;
      const result = shown === undefined ? await calls.answered(message) : await guard.listed(shown);
      return result === undefined ? undefined : { ...message.whole, result };
    },
    cancelled: ({ requestId }) => !isId(requestId) || calls.cancelled(requestId),
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

export function isCall(message: Message): message is Request {
  return message.kind === 'request' && message.method === 'tools/call';
}

export function isSilentCall(message: Message): boolean {
  return message.kind === 'notification' && message.method === 'tools/call';
}

/** The requests that went on to the server, so that what it answers is taken for the answer to one of them, once. */
import { isId, keyOf, type Id, type Message } from './message.ts';

type Request = Extract<Message, { kind: 'request' }>;

export type Requests = {
  /** It goes on to the server. */
  sent(request: Request): void;
  /** The server was sent it, whether it answered or not. */
  knows(id: Id): boolean;
  /** The request that this answers; `undefined` when nobody waits for it. */
  answered(id: Id): Request | undefined;
  /** Its answer is of no interest any more. */
  forget(id: Id): void;
};

export function createRequests(): Requests {
  const known = new Map<string, Request | 'over'>();
  const keyIn = (id: Id): string => [id, otherSpelling(id)].filter(isId).map(keyOf).find((key) => known.has(key)) ?? keyOf(id); // prettier-ignore
  const isOpenList = (request: Request | 'over' | undefined): boolean => typeof request === 'object' && request.method === 'tools/list'; // prettier-ignore
  return {
    sent(request) {
      const key = keyOf(request.id);
      // INVARIANT: an id that is used twice does not turn what has to be looked at into something that has not.
      if (!isOpenList(known.get(key))) known.set(key, request);
    },
    knows: (id) => known.has(keyIn(id)),
    answered(id) {
      const request = known.get(keyIn(id));
      if (request === undefined || request === 'over') return undefined;
      known.set(keyOf(request.id), 'over');
      return request;
    },
    forget(id) {
      if (known.has(keyOf(id))) known.set(keyOf(id), 'over');
    },
  };
}

/** Some servers answer `7` as `"7"`, and many clients take both. */
function otherSpelling(id: Id): Id | undefined {
  if (typeof id === 'number') return String(id);
  const number = Number(id);
  return String(number) === id ? number : undefined;
}

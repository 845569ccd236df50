/** Sits between a client and a server that speak line by line: what needs no look goes on as the bytes that came. */
import { createExchange, isCall, isSilentCall, SILENT } from './exchange.ts';
import type { Guard } from './guard.ts';
import {
  ambiguity,
  errorLine,
  fieldsOf,
  idOf,
  keyOf,
  lineOf,
  listOf,
  messagesOf,
  parseMessage,
  plainly,
  textAt,
  type Message,
} from './message.ts';

export type Ends = {
  readonly toClient: (line: Buffer) => void;
  readonly toServer: (line: Buffer) => void;
};

export type Mediator = {
  fromClient(line: Buffer): void;
  fromServer(line: Buffer): void;
  /** The list of tools is another one now. */
  changed(): void;
  /** Resolves once nothing waits for an answer of ours any more. */
  idle(): Promise<void>;
  /** Nobody is there to call, or to be answered, any more. */
  end(): void;
};

const TIMED_OUT = -32_001;
const INVALID = -32_600;
const UNASKED = 'the server answered what nobody asked, or asks any more; that was dropped';
const UNREAD = 'the server wrote what is no JSON and looks like a message; that was dropped';

export function createMediator(
  guard: Guard,
  { toClient, toServer }: Ends,
  onTrouble: (text: string) => void,
): Mediator {
  const rootLists = new Set<string>();
  const work = new Set<Promise<void>>();
  let hearsChanges = false;

  const exchange = createExchange(guard, {
    toClient,
    onOverdue(id) {
      toServer(lineOf({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id, reason: 'a policy limits how long it may take' } })); // prettier-ignore
      toClient(errorLine(id, TIMED_OUT, 'Countersign: a policy limits how long this may take, and it took longer'));
    },
  });
  const soon = (job: Promise<void>): void => {
    const done = job.catch((error: unknown) => onTrouble(`something failed: ${String(error)}`)).finally(() => work.delete(done)); // prettier-ignore
    work.add(done);
  };
  const judged = async (messages: readonly Message[], line: Buffer, isBatch: boolean): Promise<void> => {
    const verdict = await exchange.judge(messages);
    const sent = (all: readonly unknown[]): Buffer => lineOf(isBatch ? all : all[0]);
    if (verdict.kind === 'pass') return toServer(line);
    if (verdict.kind === 'changed') return toServer(sent(verdict.messages));
    if (verdict.replies.length > 0) toClient(sent(verdict.replies));
  };
  /** Not to be sent on. */
  const isKept = (message: Message): boolean => {
    // What the server was never told of it is not told to cancel.
    if (message.kind === 'notification' && message.method === 'notifications/cancelled') return !exchange.cancelled(message.params); // prettier-ignore
    if (message.kind !== 'response' || !rootLists.delete(keyOf(message.id)) || !hasStrangeRoots(message.result)) return false; // prettier-ignore
    onTrouble('the client gave a root that is no place of this machine; the server was given none');
    toServer(errorLine(message.id, INVALID, 'a root is no `file:` URL'));
    return true;
  };
  const answeredAll = async (messages: readonly Message[], line: Buffer, isBatch: boolean): Promise<void> => {
    const changes = await Promise.all(messages.map(exchange.answered));
    if (changes.every((change) => change === undefined)) return toClient(plainly(line));
    const left = messages.flatMap((message, at) => (changes[at] === 'dropped' ? [] : [changes[at] ?? message.whole ?? null])); // prettier-ignore
    if (left.length < messages.length) onTrouble(UNASKED);
    if (left.length > 0) toClient(lineOf(isBatch ? left : left[0]));
  };

  return {
    fromClient(line) {
      const parsed = parseMessage(line);
      if (parsed.kind === 'blank') return toServer(line);
      if (parsed.kind === 'unreadable') return toClient(errorLine(null, parsed.code, parsed.why));
      const unclear = ambiguity(line, parsed);
      if (unclear !== undefined) return toClient(errorLine(idOf(parsed), INVALID, `Countersign: refused, because ${unclear}`)); // prettier-ignore
      const messages = messagesOf(parsed);
      const isBatch = parsed.kind === 'batch';
      // Nobody could be told that it was denied, so that nobody asks like this.
      if (messages.some(isSilentCall)) return isBatch ? toClient(errorLine(null, INVALID, SILENT)) : onTrouble(SILENT);
      if (messages.some((message) => message.kind === 'request' && message.method === 'initialize')) hearsChanges = true; // prettier-ignore
      if (messages.some(isCall)) return soon(judged(messages, line, isBatch));
      if (messages.some(isKept)) return undefined;
      // Judged at once, for there is nothing to ask about: it keeps its place among the others.
      soon(exchange.judge(messages).then(() => undefined));
      return toServer(line);
    },
    fromServer(line) {
      const parsed = parseMessage(line);
      if (parsed.kind === 'blank') return toClient(line);
      // Servers print other things as well, which clients skip; what looks like a message may be one to a client.
      if (parsed.kind === 'unreadable') return line.includes('{') ? onTrouble(UNREAD) : toClient(line);
      const messages = messagesOf(parsed);
      for (const message of messages) if (message.kind === 'request' && message.method === 'roots/list') rootLists.add(keyOf(message.id)); // prettier-ignore
      const answers = messages.some((message) => message.kind === 'response' || exchange.awaits(message));
      return answers ? soon(answeredAll(messages, line, parsed.kind === 'batch')) : toClient(plainly(line));
    },
    changed() {
      if (hearsChanges) toClient(lineOf({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }));
    },
    async idle() {
      while (work.size > 0) await Promise.all(work);
    },
    end: exchange.end,
  };
}

function hasStrangeRoots(result: unknown): boolean {
  return listOf(fieldsOf(result)?.['roots']).some((root) => {
    const uri = textAt(root, 'uri') ?? '';
    return !URL.canParse(uri) || new URL(uri).protocol !== 'file:' || new URL(uri).host !== '';
  });
}

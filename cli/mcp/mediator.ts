/** Sits between a client and a server that speak line by line: what needs no look goes on as the bytes that came. */
import { createCalls, isRun, type Calls, type Request, type Response } from './calls.ts';
import type { Guard } from './guard.ts';
import {
  ambiguity,
  errorLine,
  fieldsOf,
  isId,
  keyOf,
  lineOf,
  listOf,
  parseMessage,
  textAt,
  type Fields,
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
const SILENT = 'a call of a tool without an id was dropped';
const HELD_BACK = { error: { code: INVALID, message: 'Countersign: not run, because another message of this batch was held back' } }; // prettier-ignore

export function createMediator(
  guard: Guard,
  { toClient, toServer }: Ends,
  onTrouble: (text: string) => void,
): Mediator {
  const lists = new Set<string>();
  const rootLists = new Set<string>();
  const work = new Set<Promise<void>>();
  let hearsChanges = false;

  const calls = createCalls(guard, {
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
  const call = async (request: Request, line: Buffer): Promise<void> => {
    const answer = await calls.asked(request);
    if (answer === undefined) return;
    if (!isRun(answer)) return toClient(lineOf({ jsonrpc: '2.0', id: request.id, ...answer }));
    toServer(answer.params === request.params ? line : lineOf({ ...request.whole, params: answer.params }));
  };
  /** What is to be recognised when it is answered. */
  const note = (message: Message): void => {
    if (message.kind !== 'request') return;
    if (message.method === 'tools/list') lists.add(keyOf(message.id));
    if (message.method === 'initialize') hearsChanges = true;
  };

  const fromOne = (message: Message, line: Buffer): void => {
    if (message.kind === 'request' || message.kind === 'notification') guard.meets(message.params);
    // Nobody could be told that it was denied, so that nobody asks like this.
    if (isSilentCall(message)) return onTrouble(SILENT);
    if (isCall(message)) return soon(call(message, line));
    // What the server was never told of it is not told to cancel.
    if (message.kind === 'notification' && isCancelled(message) && !cancelled(message.params)) return undefined;
    if (message.kind === 'response' && rootLists.delete(keyOf(message.id)) && hasStrangeRoots(message.result)) {
      onTrouble('the client gave a root that is no place of this machine; the server was given none');
      return toServer(errorLine(message.id, INVALID, 'a root is no `file:` URL'));
    }
    note(message);
    return toServer(line);
  };
  const cancelled = ({ requestId }: Fields): boolean => !isId(requestId) || calls.cancelled(requestId);
  const fromSeveral = (messages: readonly Message[], line: Buffer): void => {
    if (messages.some(isSilentCall)) return toClient(errorLine(null, INVALID, SILENT));
    if (messages.some(isCall)) return soon(batch(calls, messages, { toClient, run: () => pass(messages, line) }));
    return pass(messages, line);
  };
  const pass = (messages: readonly Message[], line: Buffer): void => {
    for (const message of messages) note(message);
    toServer(line);
  };

  const isAwaited = (message: Message): message is Response =>
    message.kind === 'response' && (lists.has(keyOf(message.id)) || calls.isRunning(message.id));
  /** `undefined`: it goes on as it came. */
  const answered = async (message: Message): Promise<Fields | undefined> => {
    if (!isAwaited(message)) return undefined;
    const shown = lists.delete(keyOf(message.id)) ? fieldsOf(message.result) : undefined;
    const result = shown === undefined ? await calls.answered(message) : await guard.listed(shown);
    return result === undefined ? undefined : { ...message.whole, result };
  };
  const answeredAll = async (messages: readonly Message[], line: Buffer): Promise<void> => {
    const changes = await Promise.all(messages.map(answered));
    const same = changes.every((change) => change === undefined);
    toClient(same ? line : lineOf(messages.map((message, at) => changes[at] ?? wholeOf(message))));
  };

  return {
    fromClient(line) {
      const parsed = parseMessage(line);
      if (parsed.kind === 'blank') return toServer(line);
      if (parsed.kind === 'unreadable') return toClient(errorLine(null, parsed.code, parsed.why));
      const unclear = ambiguity(line, parsed);
      if (unclear !== undefined) return toClient(errorLine(idOf(parsed), INVALID, `Countersign: refused, because ${unclear}`)); // prettier-ignore
      return parsed.kind === 'batch' ? fromSeveral(parsed.messages, line) : fromOne(parsed.message, line);
    },
    fromServer(line) {
      const parsed = parseMessage(line);
      // Servers print other things as well, which clients skip.
      if (parsed.kind === 'blank' || parsed.kind === 'unreadable') return toClient(line);
      if (parsed.kind === 'batch') return parsed.messages.some(isAwaited) ? soon(answeredAll(parsed.messages, line)) : toClient(line); // prettier-ignore
      const { message } = parsed;
      if (message.kind === 'request' && message.method === 'roots/list') rootLists.add(keyOf(message.id));
      if (!isAwaited(message)) return toClient(line);
      return soon(answered(message).then((change) => toClient(change === undefined ? line : lineOf(change))));
    },
    changed() {
      if (hearsChanges) toClient(lineOf({ jsonrpc: '2.0', method: 'notifications/tools/list_changed' }));
    },
    async idle() {
      while (work.size > 0) await Promise.all(work);
    },
    end: calls.end,
  };
}

type BatchEnds = Pick<Ends, 'toClient'> & { readonly run: () => void };

/** INVARIANT: of a batch with a call that is denied nothing runs: what belongs together is not torn apart. */
async function batch(calls: Calls, messages: readonly Message[], { toClient, run }: BatchEnds): Promise<void> {
  const requests = messages.filter((message) => message.kind === 'request');
  const called = requests.filter(isCall);
  const answers = await Promise.all(called.map(calls.asked));
  if (answers.every((answer, at) => isRun(answer) && answer.params === called[at]?.params)) return run();
  await Promise.all(called.filter((_, at) => isRun(answers[at])).map(calls.dropped));
  const own = new Map(called.map(({ id }, at) => [keyOf(id), answers[at]]));
  const replies = requests.map(({ id }) => {
    const answer = own.get(keyOf(id));
    return { jsonrpc: '2.0', id, ...(answer === undefined || isRun(answer) ? HELD_BACK : answer) };
  });
  return toClient(lineOf(replies));
}

function isCall(message: Message): message is Request {
  return message.kind === 'request' && message.method === 'tools/call';
}

function isSilentCall(message: Message): boolean {
  return message.kind === 'notification' && message.method === 'tools/call';
}

function isCancelled({ method }: { readonly method: string }): boolean {
  return method === 'notifications/cancelled';
}

function wholeOf(message: Message): unknown {
  return message.kind === 'other' ? null : message.whole;
}

function idOf(
  parsed: Exclude<ReturnType<typeof parseMessage>, { kind: 'blank' | 'unreadable' }>,
): string | number | null {
  return parsed.kind === 'single' && parsed.message.kind === 'request' ? parsed.message.id : null;
}

function hasStrangeRoots(result: unknown): boolean {
  return listOf(fieldsOf(result)?.['roots']).some((root) => {
    const uri = textAt(root, 'uri') ?? '';
    return !URL.canParse(uri) || new URL(uri).protocol !== 'file:' || new URL(uri).host !== '';
  });
}

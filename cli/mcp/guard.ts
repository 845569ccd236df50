/** One client before one server: what it is about to call is put to the daemon, and what the server offers is looked at first. */
import { createHash } from 'node:crypto';

import { createChannel, listing, type Channel, type ChannelOptions } from './channel.ts';
import { LinkLost, newId, type Reply } from './link.ts';
import { fieldsOf, listOf, refusalResult, textAt, type Fields } from './message.ts';
import { patienceMs } from './patience.ts';
import { redacted, type Redact } from './redact-output.ts';
import { createSchemas, type Schemas } from './schemas.ts';

export type Guard = {
  /** Who the client says it is; before anything is asked. */
  meets(params: Fields): void;
  /** Resolves to the parameters to call the tool with, the same object when nothing was changed, or to what is answered instead. */
  call(params: Fields, waiting: Waiting): Promise<CallAnswer>;
  /** A page of a list, the first or a later one: what is to be shown instead when some of it is withheld. */
  listed(result: Fields, first: boolean): Promise<Fields | undefined>;
  close(): void;
};

export type Waiting = {
  readonly signal: AbortSignal;
  /** Called now and then while a person is asked, when the client wants to hear. */
  readonly onProgress: ((step: number, message: string) => void) | undefined;
};

export type CallRun = {
  readonly kind: 'run';
  readonly params: Fields;
  readonly limitMs: number | undefined;
  readonly ended: Ended;
};
export type CallAnswer = CallRun | { readonly kind: 'answer'; readonly result: Fields };

/** How a call ended; a result to be given instead of its own, when that holds what is not to be shown. */
export type Ended = (how: Ending, result?: Fields) => Promise<Fields | undefined>;
type Ending = 'succeeded' | 'failed' | 'cancelled' | 'unknown';

export type GuardOptions = Omit<ChannelOptions, 'onKnown'> & {
  /** How long the client waits for a tool, where a person says so. */
  readonly patienceMs?: number | undefined;
};

type Parts = {
  readonly channel: Channel;
  readonly schemas: Schemas;
  readonly redact: Redact;
  readonly patienceMs: number | undefined;
  /** Calls whose server asked the person something, by the step that comes next. */
  readonly continued: Map<string, Ended>;
};

const CLIENT_INFO = 'io.modelcontextprotocol/clientInfo';
const PROGRESS_MS = 5_000;
/** As much as the daemon takes of one text. */
const MAX_MCP_CHARS = 4 * 1024 * 1024;
/** Where clients put their own id of the call. */
const CALL_IDS = ['claudecode/toolUseId', 'callId'] as const;

export function createGuard(options: GuardOptions): Guard {
  const schemas = createSchemas();
  const channel = createChannel({ ...options, onKnown: schemas.know });
  const redact: Redact = async (texts) => {
    const reply = await channel.ask({ type: 'mcp-redact', id: newId(), texts }).catch(unreached);
    const clean = reply?.type === 'mcp-redacted' ? reply['texts'] : undefined;
    return Array.isArray(clean) ? clean.map(String) : undefined;
  };
  const parts: Parts = { channel, schemas, redact, patienceMs: options.patienceMs, continued: new Map() };
  return {
    meets(params) {
      const info = fieldsOf(params['clientInfo']) ?? fieldsOf(fieldsOf(params['_meta'])?.[CLIENT_INFO]);
      const name = textAt(info, 'name')?.slice(0, 128).toWellFormed();
      if (name !== undefined && name !== '') channel.meets(name);
    },
    call: (params, waiting) => call(parts, params, waiting),
    listed: (result, first) => listed(parts, result, first),
    close: channel.close,
  };
}

async function call(parts: Parts, params: Fields, waiting: Waiting): Promise<CallAnswer> {
  const { channel, continued, schemas } = parts;
  const name = textAt(params, 'name');
  if (name === undefined || name === '' || name.length > 256) return answer('denied, because the call names no tool. Nothing was run.', params); // prettier-ignore
  const given = params['arguments'];
  // INVARIANT: what is judged is what the server is sent.
  if (given !== undefined && fieldsOf(given) === undefined) return answer('denied, because its arguments are no object. Nothing was run. next: call it with an object, or without arguments.', params); // prettier-ignore
  const step = stepOf(name, params, params['requestState']);
  const goesOn = params['inputResponses'] === undefined ? undefined : continued.get(step);
  if (goesOn !== undefined) {
    // INVARIANT: one step is taken once; whoever repeats it asks anew.
    continued.delete(step);
    return { kind: 'run', params, limitMs: undefined, ended: goesOn };
  }
  try {
    await channel.ready();
    if (!channel.sees(name)) return answer(`denied, because this client may not see \`${name}\`. Nothing was run. next: use another tool, or ask the human, who says in their settings what it sees.`, params); // prettier-ignore
    const wrong = await schemas.problem(name, fieldsOf(params['arguments']) ?? {});
    if (wrong === undefined || channel.observing()) return await judged(parts, name, params, waiting);
    return answer(`denied, because the arguments are not what \`${name}\` takes: ${wrong}. Nothing was run. next: call it with arguments that match its schema.`, params); // prettier-ignore
  } catch (error) {
    if (!(error instanceof LinkLost)) throw error;
    if (channel.observing())
      return { kind: 'run', params, limitMs: undefined, ended: () => Promise.resolve(undefined) };
    return answer(`denied, because Countersign cannot be reached (${error.message}). Nothing was run. next: ask the human to start it with \`countersign up\`, then try again.`, params); // prettier-ignore
  }
}

async function judged(parts: Parts, tool: string, params: Fields, waiting: Waiting): Promise<CallAnswer> {
  const { channel } = parts;
  const args = JSON.stringify(fieldsOf(params['arguments']) ?? {});
  if (args.length > MAX_MCP_CHARS) return answer('denied, because its arguments are larger than what can be judged. Nothing was run. next: send less at a time.', params); // prettier-ignore
  const id = newId();
  const beat = heartbeat(waiting);
  const onGone = (): void => channel.tell({ type: 'cancel', id });
  waiting.signal.addEventListener('abort', onGone, { once: true });
  const patience = patienceMs(channel.client(), waiting.onProgress !== undefined, parts.patienceMs);
  const toolCallId = CALL_IDS.map((key) => textAt(params['_meta'], key)).find((one) => one !== undefined);
  const question = {
    type: 'mcp-call',
    id,
    tool,
    args,
    ...(patience === undefined ? {} : { patienceMs: patience }),
    ...(toolCallId === undefined ? {} : { toolCallId: toolCallId.slice(0, 256) }),
  };
  try {
    const reply = await Promise.race([channel.ask(question, beat.held), gone(waiting.signal)]);
    if (reply === undefined) return answer('denied, because the call was cancelled before it was answered. Nothing was run.', params); // prettier-ignore
    return answerOf(parts, reply, { id, tool, params });
  } finally {
    beat.stop();
    waiting.signal.removeEventListener('abort', onGone);
  }
}

type Called = { readonly id: string; readonly tool: string; readonly params: Fields };

function answerOf(parts: Parts, reply: Reply, called: Called): CallAnswer {
  const { params } = called;
  if (reply.type !== 'mcp-verdict' || reply['verdict'] !== 'allow')
    return answer(textAt(reply, 'message') ?? 'denied.', params);
  const obligations = listOf(reply['obligations']);
  const kinds = obligations.map((one) => textAt(one, 'kind') ?? '');
  const redacts = kinds.includes('redact-output');
  const strange = kinds.find((kind) => kind !== 'redact-output' && kind !== 'timeout');
  if (strange !== undefined) return answer(`denied, because a policy ties this to \`${strange}\`, which this gateway cannot keep. next: ask the human.`, params); // prettier-ignore
  // What a task answers later is not seen here.
  if (redacts && params['task'] !== undefined) return answer('denied, because secrets are to be taken out of what this tool answers, and a task answers later. next: call it without a task.', params); // prettier-ignore
  const limitMs = obligations.map((one) => Number(fieldsOf(one)?.['timeoutMs'])).find((ms) => ms > 0);
  const changed = textAt(reply, 'args');
  const sent = changed === undefined ? params : { ...params, arguments: JSON.parse(changed) as unknown };
  return { kind: 'run', params: sent, limitMs, ended: endedFor(parts, called, redacts) };
}

function endedFor({ channel, continued, redact }: Parts, { id, tool, params }: Called, redacts: boolean): Ended {
  const startedAt = performance.now();
  const ended: Ended = async (status, result) => {
    if (result?.['resultType'] === 'input_required') continued.set(stepOf(tool, params, result['requestState']), ended);
    else {
      const durationMs = performance.now() - startedAt;
      const digest = result && createHash('sha256').update(JSON.stringify(result)).digest('hex');
      channel.tell({ type: 'mcp-done', id, status, durationMs, ...(digest === undefined ? {} : { resultDigest: digest }) }); // prettier-ignore
    }
    return redacts && result !== undefined ? redacted(result, params, redact) : undefined;
  };
  return ended;
}

async function listed({ channel, schemas }: Parts, result: Fields, first: boolean): Promise<Fields | undefined> {
  const tools = result['tools'];
  if (!Array.isArray(tools)) return undefined;
  // Clients stop at an empty one as well.
  const last = (textAt(result, 'nextCursor') ?? '') === '';
  const reply = await channel.ask(listing(tools, { first, last })).catch(unreached);
  // INVARIANT: a list that nobody compared with what is known is not shown, unless only observing.
  if (reply?.type !== 'mcp-listed') return channel.observing() ? undefined : { ...result, tools: [] };
  const names = new Set(listOf(reply['withheld']).map((one) => textAt(one, 'name')));
  const held = tools.filter((tool) => names.has(textAt(tool, 'name')));
  const shown = tools.filter((tool) => !held.includes(tool) && channel.sees(textAt(tool, 'name') ?? ''));
  for (const tool of shown) schemas.know(textAt(tool, 'name') ?? '', fieldsOf(tool)?.['inputSchema']);
  channel.remember(held, first);
  return shown.length === tools.length ? undefined : { ...result, tools: shown };
}

function answer(text: string, params: Fields): CallAnswer {
  return { kind: 'answer', result: refusalResult(`Countersign: ${text}`, params) };
}

function unreached(error: unknown): undefined {
  if (error instanceof LinkLost) return undefined;
  throw error;
}

/** The same tool with the same arguments, at the same step. */
function stepOf(name: string, params: Fields, state: unknown): string {
  return JSON.stringify([name, params['arguments'] ?? {}, state ?? null]);
}

function gone(signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    else signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
}

/** From the moment that a person is asked. */
function heartbeat({ onProgress }: Waiting): { held: (message: string) => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  let step = 0;
  return {
    held(message) {
      if (onProgress === undefined) return;
      const beat = (): void => onProgress((step += 1), message);
      beat();
      clearInterval(timer);
      timer = setInterval(beat, PROGRESS_MS);
    },
    stop: () => clearInterval(timer),
  };
}

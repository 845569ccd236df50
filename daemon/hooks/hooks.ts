/** The one entry of all hooks: what a client told its hook goes through the gate, and comes back in the client's own form. */
import { createHash, randomUUID } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { Mode, Outcome } from '../../protocol/decision.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { WireHook } from '../../protocol/wire.ts';
import type { Gate } from '../gate/gate.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import { actionOf, deedDigest } from './action.ts';
import { createCalls, type Asked, type Calls, type KnownCall } from './calls.ts';
import type { Dialect, HookAnswer, HookEvent, HookResult } from './dialect.ts';
import { DIALECTS } from './dialects.ts';
import { parseFields } from './fields.ts';
import type { Members } from './members.ts';
import { createOffers, type Offers } from './offers.ts';
import { answerOf, deny, denyCode, stillWaiting } from './replies.ts';
import { whoeverIsFirst } from './waiting.ts';

export type HookOutput = { readonly stdout: string; readonly exitCode: number };

/** The hook process. `signal`: it is gone. */
export type HookPeer = {
  readonly pid: number;
  readonly signal: AbortSignal;
  readonly onHeld: (approval: Approval) => void;
};

export type Hooks = {
  /** Never rejects. */
  answer(request: WireHook, peer: HookPeer): Promise<HookOutput>;
};

export type HooksOptions = {
  readonly gate: Pick<Gate, 'open' | 'conclude'>;
  readonly members: Members;
  /** For short whiles. */
  readonly nowMs: () => number;
  readonly mode: () => Mode;
  readonly redactText: (text: string) => string;
  readonly onFailure: (error: unknown, traceId: string) => void;
};

type Parts = HooksOptions & { readonly calls: Calls; readonly offers: Offers };
type Before = Extract<HookEvent, { kind: 'before' }>;
type After = Extract<HookEvent, { kind: 'after' }>;

/** The answer has to reach the client before it stops waiting. */
const MARGIN_MS = 1_500;

export function createHooks(options: HooksOptions): Hooks {
  const parts: Parts = { ...options, calls: createCalls(options.nowMs), offers: createOffers(options.redactText) };
  return {
    async answer(request, peer) {
      const dialect = DIALECTS[request.client];
      const event = read(dialect, request);
      const name = event instanceof Error ? (request.event ?? '') : event.event;
      const answer = await answerTo(parts, request, peer, dialect, event).catch((error: unknown) => failed(parts, dialect, name, error)); // prettier-ignore
      return { stdout: dialect.write(answer, name), exitCode: 0 };
    },
  };
}

function read(dialect: Dialect, { payload, event }: WireHook): HookEvent | Error {
  const fields = parseFields(payload);
  if (fields === undefined) return new CountersignError('bad_request', 'what the client handed to its hook is no JSON object'); // prettier-ignore
  try {
    const told = dialect.read(fields, event);
    // INVARIANT: what was installed to be asked is never taken for something that nobody needs to be asked about.
    if (told.kind === 'before' || event === undefined || !dialect.asks.has(event)) return told;
    throw new TypeError(`it says \`${told.event}\` where \`${event}\` was installed`);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    return new CountersignError('bad_request', `what the client handed to its hook is not understood: ${detail}`, {
      cause,
    });
  }
}

async function answerTo(parts: Parts, request: WireHook, peer: HookPeer, dialect: Dialect, event: HookEvent | Error): Promise<HookAnswer> {
  if (event instanceof Error) throw event;
  const belonging = await parts.members.belongingOf(peer.pid, request.client, event.hints.cwd ?? request.cwd);
  const { session } = belonging;
  switch (event.kind) {
    case 'before':
      return before(parts, { request, peer, dialect, event, belonging });
    case 'after':
      await after(parts, request, event, belonging);
      return { kind: 'nothing' };
    case 'prompt':
      parts.offers.prompt(session, event.text);
      return { kind: 'nothing' };
    case 'session-start':
      parts.offers.begin(session, event.hints.model);
      return { kind: 'nothing' };
    case 'session-end':
      parts.members.said(session);
      return { kind: 'nothing' };
    case 'other':
      return { kind: 'nothing' };
  }
} // prettier-ignore

type Asking = {
  readonly request: WireHook;
  readonly peer: HookPeer;
  readonly dialect: Dialect;
  readonly event: Before;
  readonly belonging: Belonging;
};

async function before(parts: Parts, asking: Asking): Promise<HookAnswer> {
  const { request, event, belonging, dialect } = asking;
  const action = actionOf(event.call, parts.offers.with(belonging.session, event.hints), request, belonging);
  const asked = askedOf(request, event, action);
  const call = joined(parts, asking, asked, action);
  const settled = await decisionOf(parts, call, asking);
  if (settled === 'late') return lateAnswer(parts, call);
  if (settled === 'gone')
    return deny('denied, because its hook was ended while a person was asked. next: try it again.');
  parts.calls.answered(call, settled);
  const answer = answerOf(settled, event.call, dialect.rewrites(event.event));
  if (answer.kind === 'rewrite') call.insteadDigest = deedDigest(actionOf({ ...event.call, input: answer.input, means: insteadOf(event.call.means, answer.input) }, event.hints, request, belonging)); // prettier-ignore
  return answer;
}

function insteadOf(means: Before['call']['means'], input: Before['call']['input']): Before['call']['means'] {
  if (means.kind !== 'exec' || means.commandKey === undefined) return means;
  return { ...means, argv: ['bash', '-c', String(input[means.commandKey])] };
}

/** One call has one question, however many hooks tell of it. */
function joined(parts: Parts, { request, event, peer, belonging }: Asking, asked: Asked, action: Action): KnownCall {
  const { calls, gate } = parts;
  const same = calls.same(asked);
  if (same !== undefined) return same;
  if (calls.conflicts(asked)) throw new CountersignError('conflict', 'the id of this call is in use for another one');
  const left = calls.left(asked);
  if (left !== undefined) calls.forget(left);
  const open = left?.state.kind === 'left' ? left.state.request : undefined;
  // Still the same question, or a new one that takes up the answer to it.
  if (open !== undefined && open.answered() === undefined) return calls.add(asked, open);
  const redeems = open?.answered()?.decision.verdict === 'allow' ? open.origin.traceId : undefined;
  const requestId = `hook:${request.client}:${event.hints.session}:${asked.id === '' ? randomUUID() : asked.id}`;
  const submission = { requestId, action, belonging, keep: false, announces: true, redeems, onHeld: peer.onHeld };
  return calls.add(asked, gate.open(submission));
}

async function decisionOf({ calls }: Parts, call: KnownCall, { request, peer }: Asking) {
  if (call.state.kind === 'answered') return call.state.decision;
  const { request: open } = call.state;
  const patienceMs = Math.max(request.timeoutMs - MARGIN_MS, request.timeoutMs / 2);
  call.waiting += 1;
  const first = await whoeverIsFirst(open.answer, patienceMs, peer.signal);
  call.waiting -= 1;
  if (first !== 'late' && first !== 'gone') return first.decision;
  if (first === 'gone' && call.waiting === 0) {
    open.cancel();
    calls.forget(call);
  }
  return first;
}

/** What is held stays held: whoever asks again takes up the question. What was not even judged is given up. */
function lateAnswer({ calls }: Parts, call: KnownCall): HookAnswer {
  const open = call.state.kind === 'answered' ? undefined : call.state.request;
  const approval = open?.held();
  if (approval !== undefined) calls.leave(call);
  else if (call.waiting === 0) {
    open?.cancel();
    calls.forget(call);
  }
  return stillWaiting(approval);
}

async function after(parts: Parts, request: WireHook, event: After, belonging: Belonging): Promise<void> {
  const action = actionOf(event.call, event.hints, request, belonging);
  const call = parts.calls.ended(askedOf(request, event, action));
  if (call === undefined || call.state.kind !== 'answered') return;
  await parts.gate.conclude({ origin: call.origin, score: call.state.decision.score }, outcomeOf(event.outcome));
}

function askedOf({ client }: WireHook, { event, call }: Before | After, action: Action): Asked {
  return { session: action.session, id: call.id ?? '', digest: deedDigest(action), from: `${client} ${event}` };
}

function outcomeOf({ status, exitCode, durationMs, result }: HookResult): Outcome {
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return {
    status,
    ...(exitCode !== undefined && Number.isSafeInteger(exitCode) ? { exitCode } : {}),
    ...(durationMs !== undefined && durationMs >= 0 ? { durationMs } : {}),
    ...(text === undefined ? {} : { resultDigest: createHash('sha256').update(text).digest('hex') }),
  };
}

/** INVARIANT: what fails before a tool runs denies it; what fails after it, or while only observing, holds up nothing. */
function failed({ mode, onFailure }: Parts, dialect: Dialect, event: string, error: unknown): HookAnswer {
  const known =
    error instanceof CountersignError ? error : new CountersignError('internal', undefined, { cause: error });
  if (known.code === 'internal') onFailure(error, '');
  if (event !== '' && !dialect.asks.has(event)) return { kind: 'nothing' };
  if (mode() === 'observe') return { kind: 'allow' };
  const { detail, title } = known.toProblem();
  return denyCode(known.code, detail === title ? undefined : detail);
}

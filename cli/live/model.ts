/** The state of the live view and how it changes; no terminal and no daemon in here. */
import type { Approval } from '../../protocol/approval.ts';
import type { LiveMessage, Status } from '../../protocol/control-api.ts';
import type { LogLine } from '../../protocol/trace.ts';
import { isCanary } from '../show/canaries.ts';

/** What the keyboard currently means. */
export type Asking =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'confirm'; readonly approvalId: string; readonly decision: Decision }
  | { readonly kind: 'passphrase'; readonly approvalId: string; readonly decision: Decision; readonly typed: string }
  | { readonly kind: 'busy' };

export type Decision = 'approve' | 'deny';

/**
 * A line for the reader. What is said of the connection stands until the daemon answers; a hint goes with what is
 * selected; a result is read and then in the way.
 */
export type Message = {
  readonly kind: 'connection' | 'hint' | 'result';
  readonly text: string;
  readonly until: number;
};

export type Model = {
  readonly status: Status | undefined;
  readonly approvals: readonly Approval[];
  readonly selectedId: string | undefined;
  readonly asking: Asking;
  readonly message: Message | undefined;
  readonly log: readonly LogLine[];
  /** When what is on the screen last changed under the reader. */
  readonly changedAt: number;
};

/** What a key asks the outside to do. */
export type Effect =
  | { readonly kind: 'none' }
  | { readonly kind: 'quit' }
  | { readonly kind: 'vote'; readonly approval: Approval; readonly decision: Decision; readonly passphrase?: string };

export type Step = { readonly model: Model; readonly effect: Effect };

/** Nobody can read and decide faster; a key that arrives sooner was meant for what stood there before. */
export const SETTLE_MS = 700;
const MESSAGE_MS = 6_000;
const LOG_LINES = 200;

export const EMPTY_MODEL: Model = {
  status: undefined,
  approvals: [],
  selectedId: undefined,
  asking: { kind: 'nothing' },
  message: undefined,
  log: [],
  changedAt: 0,
};

export function say(model: Model, kind: Message['kind'], text: string, now: number): Model {
  return { ...model, message: { kind, text, until: kind === 'connection' ? Infinity : now + MESSAGE_MS } };
}

/** As time passes. */
export function onTick(model: Model, now: number): Model {
  return model.message !== undefined && model.message.until <= now ? { ...model, message: undefined } : model;
}

function without(kind: Message['kind'], message: Message | undefined): Message | undefined {
  return message?.kind === kind ? undefined : message;
}

export function selected(model: Model): Approval | undefined {
  return model.approvals.find(({ id }) => id === model.selectedId);
}

export function onMessage(model: Model, message: LiveMessage, now: number): Model {
  switch (message.type) {
    case 'status':
      return { ...model, status: message.status, message: without('connection', model.message) };
    case 'log':
      return { ...model, log: withLogLine(model.log, message.line) };
    case 'approval':
      return withApproval(model, message.approval, now);
  }
}

/** A trace has one line, which changes in its place as it goes on. */
function withLogLine(log: readonly LogLine[], line: LogLine): LogLine[] {
  if (isCanary(line)) return log.filter(({ traceId }) => traceId !== line.traceId);
  const known = log.some(({ traceId }) => traceId === line.traceId);
  if (known) return log.map((other) => (other.traceId === line.traceId ? line : other));
  return [...log, line].slice(-LOG_LINES);
}

function withApproval(model: Model, approval: Approval, now: number): Model {
  const others = model.approvals.filter(({ id }) => id !== approval.id);
  const approvals = approval.state === 'pending' ? [...others, approval].toSorted(byAge) : others;
  const kept = approvals.some(({ id }) => id === model.selectedId);
  const selectedId = kept ? model.selectedId : approvals[0]?.id;
  const moved = selectedId !== model.selectedId || approval.id === model.selectedId;
  // INVARIANT: a question is about what is selected; when that goes, so does the question.
  const asking: Asking = moved && model.asking.kind !== 'busy' ? { kind: 'nothing' } : model.asking;
  const message = kept ? model.message : without('hint', model.message);
  return { ...model, approvals, selectedId, asking, message, changedAt: moved ? now : model.changedAt };
}

function byAge(a: Approval, b: Approval): number {
  return a.createdAt - b.createdAt;
}

export function onKey(model: Model, key: string, now: number): Step {
  if (key === '\u0003') return { model, effect: { kind: 'quit' } };
  switch (model.asking.kind) {
    case 'busy':
      return stay(model);
    case 'passphrase':
      return onPassphraseKey(model, model.asking, key);
    case 'confirm':
      return onConfirmKey(model, model.asking, key, now);
    case 'nothing':
      return onListKey(model, key, now);
  }
}

function onListKey(model: Model, key: string, now: number): Step {
  const approval = selected(model);
  if (key === 'q') return { model, effect: { kind: 'quit' } };
  if (key === 'j' || key === '\u001b[B') return stay(move(model, 1, now));
  if (key === 'k' || key === '\u001b[A') return stay(move(model, -1, now));
  if (approval === undefined || (key !== 'a' && key !== 'd')) return stay(model);
  if (now - model.changedAt < SETTLE_MS) return stay(say(model, 'hint', 'It just changed; read it, then answer.', now));
  const decision = key === 'a' ? 'approve' : 'deny';
  const asking: Asking = { kind: 'confirm', approvalId: approval.id, decision };
  return stay({ ...model, asking, message: undefined, changedAt: now });
}

function onConfirmKey(model: Model, asking: Extract<Asking, { kind: 'confirm' }>, key: string, now: number): Step {
  const { approvalId, decision } = asking;
  const approval = model.approvals.find(({ id }) => id === approvalId);
  if (key === 'y' && approval !== undefined) {
    // Our own question appeared on the key before; only a double press is faster than this.
    return now - model.changedAt < SETTLE_MS / 2 ? stay(model) : vote(model, approval, decision);
  }
  const text = decision === 'approve' ? 'Not approved.' : 'Not denied.';
  return stay(say({ ...model, asking: { kind: 'nothing' } }, 'hint', text, now));
}

function onPassphraseKey(model: Model, asking: Extract<Asking, { kind: 'passphrase' }>, key: string): Step {
  const { approvalId, decision, typed } = asking;
  const approval = model.approvals.find(({ id }) => id === approvalId);
  if (key === '\u001b' || approval === undefined) return stay({ ...model, asking: { kind: 'nothing' }, message: undefined });
  if (key === '\r' || key === '\n') {
    return { model: { ...model, asking: { kind: 'busy' } }, effect: { kind: 'vote', approval, decision, passphrase: typed } };
  }
  const next = key === '\u007f' || key === '\b' ? [...typed].slice(0, -1).join('') : key === '\u0015' ? '' : typed + key;
  return stay({ ...model, asking: { ...asking, typed: next } });
} // prettier-ignore

function vote(model: Model, approval: Approval, decision: Decision): Step {
  return {
    model: { ...model, asking: { kind: 'busy' }, message: undefined },
    effect: { kind: 'vote', approval, decision },
  };
}

function move(model: Model, by: number, now: number): Model {
  const index = model.approvals.findIndex(({ id }) => id === model.selectedId);
  const next = model.approvals[Math.min(Math.max(index + by, 0), model.approvals.length - 1)];
  if (next === undefined || next.id === model.selectedId) return model;
  return { ...model, selectedId: next.id, message: undefined, changedAt: now };
}

function stay(model: Model): Step {
  return { model, effect: { kind: 'none' } };
}

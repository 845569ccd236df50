/** The tool calls that hooks told of, so that two hooks for one call get one answer and an outcome finds its call. */
import type { Decision } from '../../protocol/decision.ts';
import type { Origin } from '../gate/recorder.ts';
import type { GateRequest } from '../gate/requests.ts';

/** What tells calls apart. `from`: the client and its event, which fire once for a call. */
export type Asked = {
  readonly session: string;
  /** The client's id for the call; empty when it gives none. */
  readonly id: string;
  readonly digest: string;
  readonly from: string;
};

/** `left`: its hook had to answer before a person did. */
export type CallState =
  | { readonly kind: 'asked' | 'left'; readonly request: GateRequest }
  | { readonly kind: 'answered'; readonly decision: Decision };

/** One call on its way, from the hook before it to the hook after it. */
export type KnownCall = {
  readonly asked: Asked;
  readonly origin: Origin;
  state: CallState;
  sinceMs: number;
  /** Hooks that wait for its answer. */
  waiting: number;
  readonly seenBy: Set<string>;
  /** What runs instead. */
  insteadDigest?: string;
};

export type Calls = {
  /** The call that another hook told of just now. */
  same(asked: Asked): KnownCall | undefined;
  /** The same action, which a person had not answered when its hook had to. */
  left(asked: Asked): KnownCall | undefined;
  /** The id is in use for another action. */
  conflicts(asked: Asked): boolean;
  add(asked: Asked, request: GateRequest): KnownCall;
  answered(call: KnownCall, decision: Decision): void;
  /** Its hook answers without a person's answer. */
  leave(call: KnownCall): void;
  forget(call: KnownCall): void;
  /** The call that was let through and ended now. */
  ended(asked: Asked): KnownCall | undefined;
};

/** Hooks for one call fire within moments; some models count their calls from zero in every turn. */
const SAME_MS = 10_000;
/** After this nobody tells how a call ended, or asks for it again. */
const KEPT_MS = 10 * 60_000;
const MAX_CALLS = 2_000;

/** `now` counts moments, not hours: how long an answer counts is for the gate to say. */
export function createCalls(now: () => number): Calls {
  const calls = new Set<KnownCall>();

  const newest = (isIt: (call: KnownCall) => boolean): KnownCall | undefined => [...calls].findLast(isIt);
  const freshSince =
    (nowMs: number) =>
    (call: KnownCall): boolean =>
      call.state.kind === 'asked' || (call.state.kind === 'answered' && nowMs - call.sinceMs < SAME_MS);
  const tidy = (): void => {
    const nowMs = now();
    for (const call of calls) if (call.state.kind !== 'asked' && nowMs - call.sinceMs > KEPT_MS) calls.delete(call);
    for (const oldest of calls) {
      if (calls.size <= MAX_CALLS) return;
      if (oldest.state.kind !== 'asked') calls.delete(oldest);
    }
  };

  return {
    same(asked) {
      const isFresh = freshSince(now());
      const call = newest((one) => isSameAction(one, asked) && isFresh(one) && (isSameId(one, asked) || isOtherHook(one, asked))); // prettier-ignore
      call?.seenBy.add(asked.from);
      return call;
    },
    left: (asked) => newest((call) => isSameAction(call, asked) && call.state.kind === 'left'),
    conflicts(asked) {
      const isFresh = freshSince(now());
      return newest((call) => isSameId(call, asked) && isFresh(call) && !isSameAction(call, asked)) !== undefined;
    },
    add(asked, request) {
      const { origin } = request;
      const state = { kind: 'asked', request } as const;
      const call: KnownCall = { asked, origin, state, sinceMs: now(), waiting: 0, seenBy: new Set([asked.from]) };
      calls.add(call);
      tidy();
      return call;
    },
    answered(call, decision) {
      if (call.state.kind === 'asked') call.sinceMs = now();
      call.state = { kind: 'answered', decision };
    },
    leave(call) {
      if (call.state.kind !== 'asked') return;
      call.state = { kind: 'left', request: call.state.request };
      call.sinceMs = now();
    },
    forget: (call) => void calls.delete(call),
    ended(asked) {
      const found = newest((call) => isSameId(call, asked) && passed(call)) ?? [...calls].find((call) => asked.id === '' && isAbout(call, asked) && passed(call)); // prettier-ignore
      if (found !== undefined) calls.delete(found);
      return found;
    },
  };
}

function isSameId({ asked: { session, id } }: KnownCall, asked: Asked): boolean {
  return id !== '' && id === asked.id && session === asked.session;
}

function isSameAction({ asked: { session, digest } }: KnownCall, asked: Asked): boolean {
  return session === asked.session && digest === asked.digest;
}

/** INVARIANT: a hook that gives no id and fires again tells of another call, for what was asked once runs once. */
function isOtherHook({ asked: { id }, seenBy }: KnownCall, asked: Asked): boolean {
  return (id === '' || asked.id === '') && !seenBy.has(asked.from);
}

function isAbout(call: KnownCall, asked: Asked): boolean {
  return isSameAction(call, asked) || (call.asked.session === asked.session && call.insteadDigest === asked.digest);
}

function passed({ state }: KnownCall): boolean {
  return state.kind === 'answered' && state.decision.verdict !== 'deny';
}

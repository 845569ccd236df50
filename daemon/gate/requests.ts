/** Requests by id, so that a retry gets the answer of the first try instead of a second prompt. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { Decision } from '../../protocol/decision.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Origin } from './recorder.ts';

/** What the gate answers: always a decision, with the assessment when the action could be judged. */
export type Answer = {
  readonly traceId: string;
  readonly decision: Decision;
  readonly assessment: Assessment | undefined;
};

/** One request on its way through the gate. */
export type GateRequest = {
  readonly id: string;
  readonly origin: Origin;
  readonly answer: Promise<Answer>;
  /** Resolves when it is first held; never when it is answered without asking anybody. */
  readonly whenHeld: Promise<void>;
  /** The approval it is held by; `undefined` while it is judged and once it is answered. */
  readonly held: () => Approval | undefined;
  readonly answered: () => Answer | undefined;
  readonly cancel: () => void;
};

export type Requests = {
  /** The request with this id if it is about the same action; throws `conflict` when it is about another one. */
  known(session: string, id: string, fingerprint: string): GateRequest | undefined;
  find(session: string, id: string): GateRequest;
  add(request: GateRequest, fingerprint: string): void;
  forget(request: GateRequest): void;
};

/** Answers kept for retries; the oldest go first. */
const MAX_KEPT = 10_000;

export function createRequests(): Requests {
  const kept = new Map<string, { readonly request: GateRequest; readonly fingerprint: string }>();
  const keyOf = (session: string, id: string): string => `${session}\n${id}`;

  return {
    known(session, id, fingerprint) {
      const entry = kept.get(keyOf(session, id));
      if (entry !== undefined && entry.fingerprint !== fingerprint) throw new CountersignError('conflict');
      return entry?.request;
    },
    find(session, id) {
      const entry = kept.get(keyOf(session, id));
      if (entry === undefined) throw new CountersignError('not_found');
      return entry.request;
    },
    add(request, fingerprint) {
      kept.set(keyOf(request.origin.session, request.id), { request, fingerprint });
      for (const [key, { request: oldest }] of kept) {
        if (kept.size <= MAX_KEPT) return;
        if (oldest.answered() !== undefined) kept.delete(key);
      }
    },
    forget(request) {
      kept.delete(keyOf(request.origin.session, request.id));
    },
  };
}

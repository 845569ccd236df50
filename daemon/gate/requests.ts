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
/** Of one session: however much it asks, others find their answers. */
const MAX_KEPT_OF_ONE = 2_000;

type Kept = { readonly request: GateRequest; readonly fingerprint: string };

export function createRequests(): Requests {
  const sessions = new Map<string, Map<string, Kept>>();
  let count = 0;
  const entryOf = (session: string, id: string): Kept | undefined => sessions.get(session)?.get(id);
  const forget = ({ origin: { session }, id }: GateRequest): void => {
    const own = sessions.get(session);
    if (own?.delete(id) === true) count -= 1;
    if (own?.size === 0) sessions.delete(session);
  };
  const tidy = (own: ReadonlyMap<string, Kept>, isRoomy: () => boolean): void => {
    for (const { request } of own.values()) {
      if (isRoomy()) return;
      if (request.answered() !== undefined) forget(request);
    }
  };

  return {
    known(session, id, fingerprint) {
      const entry = entryOf(session, id);
      if (entry !== undefined && entry.fingerprint !== fingerprint) throw new CountersignError('conflict');
      return entry?.request;
    },
    find(session, id) {
      const entry = entryOf(session, id);
      if (entry === undefined) throw new CountersignError('not_found');
      return entry.request;
    },
    add(request, fingerprint) {
      const { session } = request.origin;
      const own = sessions.get(session) ?? new Map<string, Kept>();
      sessions.set(session, own);
      if (!own.has(request.id)) count += 1;
      own.set(request.id, { request, fingerprint });
      tidy(own, () => own.size <= MAX_KEPT_OF_ONE);
      for (const others of sessions.values()) tidy(others, () => count <= MAX_KEPT);
    },
    forget,
  };
}

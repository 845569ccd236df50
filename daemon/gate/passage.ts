/** One action on its way through the gate. */
import type { Action } from '../../protocol/action.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { Decision } from '../../protocol/decision.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { GrantSubject } from '../approvals/grants.ts';
import type { Restorable } from '../../protocol/undo.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import type { Cover } from './announced.ts';
import type { GateParts } from './gate-parts.ts';
import type { Judgement } from './judge-action.ts';
import type { Digests, Origin } from './recorder.ts';

/** An action as an entry point hands it over: validated, its session and agent set from the peer. */
export type Submission = {
  readonly requestId: string;
  readonly action: Action;
  readonly belonging: Belonging;
  /** Keeps the answer for a client that polls; a native client is answered on its own connection. */
  readonly keep: boolean;
  /** Kinds of obligations the entry point honours; absent for one that looks at them itself. */
  readonly understands?: readonly string[];
  /** What is let through covers what the layers below see of it. */
  readonly announces?: boolean;
  /** Of a layer that sees what runs: something above may have announced it. */
  readonly below?: boolean;
  /** The trace of the same action, which was let through when nobody waited any more. */
  readonly redeems?: string | undefined;
  readonly onHeld?: (approval: Approval) => void;
};

export type Passage = {
  readonly submission: Submission;
  /** Redacted: what is judged, shown, voted on and stored. */
  readonly action: Action;
  readonly digest: string;
  readonly origin: Origin;
  readonly signal: AbortSignal;
  /** What was let through before and may be this. */
  readonly cover: Cover | undefined;
  readonly hold: (approval: Approval | undefined) => void;
  /** What an attempt to save came to; whoever is asked afterwards is told this instead of what was expected. */
  readonly attempt?: Restorable;
};

/** How a passage ends; the decision adds what was judged. */
export type Verdict = Pick<Decision, 'verdict' | 'by'> & {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly rewrite?: readonly string[];
  /** What was saved first, in words. */
  readonly saved?: string;
  readonly approval?: string;
  readonly grant?: string;
};

/** Scores above this are on disk before they are answered. */
export const DURABLE_ABOVE = 30;

/** A grant covers exactly the same action: the same words, folder and environment. */
export function subjectOf({ action, digest, submission }: Passage, { assessment }: Judgement): GrantSubject {
  return { session: action.session, task: submission.belonging.task, shape: digest, score: assessment.score };
}

export function digestsOf({ digest }: Passage, { factsDigest }: Judgement): Digests {
  return { action: digest, facts: factsDigest };
}

/** The origin of a frame that is written now. */
export function originNow(parts: GateParts, { origin }: Passage): Origin {
  return { ...origin, at: parts.clock.wallMs() };
}

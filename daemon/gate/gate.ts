/** The one path: every action of every entry point is judged, decided and recorded here. */
import { randomBytes } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { Approval, GrantScope } from '../../protocol/approval.ts';
import type { Decision, Outcome } from '../../protocol/decision.ts';
import { CountersignError, type ErrorCode } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { deniedTargetsOf } from '../engine/denials.ts';
import type { Belonging } from '../identity/agent-sessions.ts';
import type { Settlement } from '../approvals/book.ts';
import type { GrantSubject } from '../approvals/grants.ts';
import { requirementFor } from '../approvals/quorum.ts';
import { bindingNeeds, unboundParts, whatChanged, type Bound } from './bindings.ts';
import { actionDigest, factsDigest } from './digest.ts';
import type { GateParts } from './gate-parts.ts';
import { grantPatterns } from './grant-patterns.ts';
import { judgeAction, type Judgement } from './judge-action.ts';
import { denyMessage } from './messages.ts';
import * as frames from './recorder.ts';
import { createRequests, type Answer, type GateRequest } from './requests.ts';
import { settle, type Course } from './settle.ts';

/** An action as an entry point hands it over: validated, its session and agent set from the peer. */
export type Submission = {
  readonly requestId: string;
  readonly action: Action;
  readonly belonging: Belonging;
  /** Keeps the answer for a client that polls; a native client is answered on its own connection. */
  readonly keep: boolean;
  readonly onHeld?: (approval: Approval) => void;
};

export type Gate = {
  open(submission: Submission): GateRequest;
  find(session: string, requestId: string): GateRequest;
  outcome(session: string, requestId: string, outcome: Outcome): Promise<void>;
};

/** Scores above this are on disk before they are answered. */
const DURABLE_ABOVE = 30;

/** One action on its way. */
type Passage = {
  readonly submission: Submission;
  /** Redacted: what is judged, shown, voted on and stored. */
  readonly action: Action;
  readonly digest: string;
  readonly origin: frames.Origin;
  readonly signal: AbortSignal;
  readonly hold: (approval: Approval | undefined) => void;
};

type Verdict = Pick<Decision, 'verdict' | 'by'> & {
  readonly code?: ErrorCode;
  readonly detail?: string;
  readonly rewrite?: readonly string[];
  readonly approval?: string;
  readonly grant?: string;
};

export function createGate(parts: GateParts): Gate {
  const requests = createRequests();

  const open = (submission: Submission): GateRequest => {
    const { action } = parts.redactor.redactAction(submission.action);
    const digest = actionDigest(action);
    const known = requests.known(action.session, submission.requestId, digest);
    if (known !== undefined) return known;
    const request = start(submission, action, digest);
    requests.add(request, digest);
    if (!submission.keep) void request.answer.finally(() => requests.forget(request));
    return request;
  };

  const start = (submission: Submission, action: Action, digest: string): GateRequest => {
    const abort = new AbortController();
    const traceId = newTraceId(parts.clock.wallMs());
    const { agent, session } = action;
    const origin = { at: parts.clock.wallMs(), traceId, session, agent, user: parts.user };
    let held: Approval | undefined;
    let answered: Answer | undefined;
    const firstHeld = Promise.withResolvers<void>();
    const hold = (approval: Approval | undefined): void => {
      held = approval;
      if (approval === undefined) return;
      firstHeld.resolve();
      submission.onHeld?.(approval);
    };
    const passage: Passage = { submission, action, digest, origin, signal: abort.signal, hold };
    const answer = pass(parts, passage).then((result) => {
      hold(undefined);
      answered = result;
      return result;
    });
    const cancel = (): void => abort.abort();
    const { promise: whenHeld } = firstHeld;
    return {
      id: submission.requestId,
      session,
      traceId,
      answer,
      whenHeld,
      cancel,
      held: () => held,
      answered: () => answered,
    };
  };

  return {
    open,
    find: (session, requestId) => requests.find(session, requestId),
    async outcome(session, requestId, outcome) {
      const request = requests.find(session, requestId);
      const { decision } = await request.answer;
      const agent = parts.sessions.list().find((run) => run.id === session)?.agent ?? 'terminal';
      const origin = { at: parts.clock.wallMs(), traceId: request.traceId, session, agent, user: parts.user };
      await record(parts, [frames.outcomeFrame(origin, outcome)], decision.score > DURABLE_ABOVE);
    },
  };
}

/** Never throws: whatever fails on the way is a decision with a code. */
async function pass(parts: GateParts, passage: Passage): Promise<Answer> {
  parts.sessions.countAction(passage.action.session);
  try {
    return await judged(parts, passage);
  } catch (error) {
    return failed(parts, passage, error);
  }
}

async function judged(parts: GateParts, passage: Passage): Promise<Answer> {
  const judgement = await judge(parts, passage.action);
  const course = courseFor(parts, passage, judgement);
  const assessed = frames.assessedFrame(passage.origin, passage.action, judgement, digests(passage, judgement));
  if (course.kind === 'ask') return ask(parts, passage, judgement, course, [assessed]);
  const verdict = await verdictOf(parts, passage, course);
  if (verdict === undefined) return askAnyway(parts, passage, judgement, [assessed]);
  return answer(parts, passage, judgement, verdict, [assessed]);
}

function judge(parts: GateParts, action: Action): Promise<Judgement> {
  return judgeAction(action, { policy: parts.policy(), parsers: parts.parsers, looker: parts.looker });
}

function courseFor(parts: GateParts, passage: Passage, { assessment }: Judgement): Course {
  return settle(assessment, {
    mode: parts.stance.mode(),
    paused: parts.stance.pause() !== undefined,
    revoked: passage.submission.belonging.revoked,
    grant: assessment.verdict === 'escalate' ? parts.grants.covering(subjectOf(passage, assessment)) : undefined,
    requirement: requirementFor(assessment.band, assessment.quorum, parts.approvers.list()),
  });
}

/** A grant covers exactly the same action: the same words, folder and environment. */
function subjectOf({ action, digest, submission }: Passage, { score }: Judgement['assessment']): GrantSubject {
  return { session: action.session, task: submission.belonging.task, shape: digest, score };
}

/** A rewrite is a new action: it runs only when it is itself harmless. `undefined`: ask about the original. */
async function verdictOf(
  parts: GateParts,
  passage: Passage,
  course: Exclude<Course, { kind: 'ask' }>,
): Promise<Verdict | undefined> {
  switch (course.kind) {
    case 'allow':
      return { verdict: 'allow', by: course.by, ...(course.grant === undefined ? {} : { grant: course.grant.id }) };
    case 'deny':
      return {
        verdict: 'deny',
        by: course.by,
        code: course.code,
        ...(course.detail === undefined ? {} : { detail: course.detail }),
      };
    case 'compute': {
      if (passage.action.kind !== 'exec') return undefined;
      const rewritten = await judge(parts, { ...passage.action, argv: [...course.argv] });
      if (rewritten.assessment.verdict !== 'allow') return undefined;
      return { verdict: 'compute', by: 'rule', rewrite: course.argv };
    }
  }
}

function askAnyway(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  before: readonly NewTraceEvent[],
): Promise<Answer> {
  const { band, quorum } = judgement.assessment;
  const requirement = requirementFor(band, quorum, parts.approvers.list());
  if (requirement.kind !== 'unreachable') return ask(parts, passage, judgement, { kind: 'ask', requirement }, before);
  const verdict: Verdict = { verdict: 'deny', by: 'failure', code: 'approvers_missing', detail: requirement.reason };
  return answer(parts, passage, judgement, verdict, before);
}

/** Holds the action until humans have settled it, then looks again before it lets it go. */
async function ask(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  course: Extract<Course, { kind: 'ask' }>,
  before: readonly NewTraceEvent[],
): Promise<Answer> {
  const bound = { judgement, bindings: await parts.looker.look(bindingNeeds(passage.action)) };
  // The frames must be on disk before anybody is asked, so that nobody decides on what a crash would forget.
  await record(parts, before, true);
  const { approval, joined, settled } = requestApproval(parts, passage, bound, course);
  if (!joined) await record(parts, [frames.requestedFrame(now(parts, passage), approval)], true);
  passage.hold(approval);
  const settlement = await settled;
  if (settlement.kind === 'again') return reconsider(parts, passage);
  if (settlement.kind !== 'approved') return answer(parts, passage, judgement, refusal(parts, passage, settlement), []);
  return release(parts, passage, bound, settlement);
}

function requestApproval(
  parts: GateParts,
  passage: Passage,
  bound: Bound,
  { requirement }: Extract<Course, { kind: 'ask' }>,
) {
  const { assessment } = bound.judgement;
  const digest = digests(passage, bound.judgement);
  return parts.approvals.request(
    {
      traceId: passage.origin.traceId,
      action: passage.action,
      assessment,
      actionDigest: digest.action,
      executedDigest: digest.action,
      factsDigest: digest.facts,
      requirement,
      grantPatterns: grantPatterns(passage.action, assessment),
      unbound: unboundParts(passage.action, bound.bindings),
    },
    passage.signal,
  );
}

/** The world is looked at again: an approval covers what was shown, not what has become of it. */
async function release(
  parts: GateParts,
  passage: Passage,
  bound: Bound,
  settlement: Extract<Settlement, { kind: 'approved' }>,
): Promise<Answer> {
  const current = await judge(parts, passage.action);
  const after = { judgement: current, bindings: await parts.looker.look(bindingNeeds(passage.action)) };
  if (passage.submission.belonging.revoked || whatChanged(bound, after) !== undefined)
    return reconsider(parts, passage);
  const grant = remember(parts, passage, bound.judgement, settlement);
  const verdict: Verdict = {
    verdict: 'allow',
    by: 'human',
    approval: settlement.approval.id,
    ...(grant === undefined ? {} : { grant }),
  };
  return answer(parts, passage, bound.judgement, verdict, []);
}

/** Judges the same action anew, in the same trace. */
function reconsider(parts: GateParts, passage: Passage): Promise<Answer> {
  passage.hold(undefined);
  return judged(parts, { ...passage, origin: now(parts, passage) });
}

function remember(
  parts: GateParts,
  passage: Passage,
  { assessment }: Judgement,
  { approval, scope }: { readonly approval: Approval; readonly scope: GrantScope },
): string | undefined {
  if (scope === 'once') return undefined;
  const grant = parts.grants.create(approval, scope, subjectOf(passage, assessment));
  void record(parts, [frames.grantFrame(now(parts, passage), 'grant.created', grant)], false);
  return grant.id;
}

function refusal(parts: GateParts, passage: Passage, settlement: Exclude<Settlement, { kind: 'approved' }>): Verdict {
  const approval = settlement.approval.id;
  switch (settlement.kind) {
    case 'denied':
      parts.history.deny(passage.action.session, denials(settlement.approval, settlement.reason));
      return { verdict: 'deny', by: 'human', code: 'denied_by_human', detail: settlement.reason, approval };
    case 'expired':
      return { verdict: 'deny', by: 'expiry', code: 'approval_expired', approval };
    case 'cancelled':
      return { verdict: 'deny', by: 'cancel', code: 'approval_cancelled', approval };
    case 'abandoned':
    case 'again':
      return { verdict: 'deny', by: 'failure', code: 'approval_abandoned', approval };
  }
}

function denials({ assessment, traceId }: Approval, reason: string) {
  const targets = deniedTargetsOf(assessment);
  return targets.map(({ effect, target }) => ({ effect, target, reason: reason || 'a human denied it', traceId }));
}

async function answer(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  verdict: Verdict,
  before: readonly NewTraceEvent[],
): Promise<Answer> {
  const { assessment } = judgement;
  const decision = decide(parts, passage, judgement, verdict);
  if (decision.verdict !== 'deny') parts.history.secretsRead(passage.action.session, assessment.effects);
  await record(
    parts,
    [...before, frames.decidedFrame(now(parts, passage), decision)],
    assessment.score > DURABLE_ABOVE,
  );
  return { traceId: passage.origin.traceId, decision, assessment };
}

function decide(parts: GateParts, passage: Passage, judgement: Judgement, given: Verdict): Decision {
  const { assessment } = judgement;
  const digest = digests(passage, judgement);
  const { verdict, by, code, detail, rewrite, approval, grant } = given;
  return {
    verdict,
    by,
    score: assessment.score,
    wanted: assessment.verdict,
    reason: code === undefined ? allowReason(by, assessment.summary) : denyMessage(code, assessment, detail),
    ...(code === undefined ? {} : { code }),
    obligations: verdict === 'deny' ? [] : assessment.obligations,
    ...(rewrite === undefined ? {} : { rewrite: [...rewrite] }),
    ...(approval === undefined ? {} : { approval }),
    ...(grant === undefined ? {} : { grant }),
    mode: parts.stance.mode(),
    policyDigest: assessment.policyDigest,
    actionDigest: digest.action,
    factsDigest: digest.facts,
  };
}

function allowReason(by: Decision['by'], summary: string): string {
  return `allowed (${by}): ${summary === '' ? 'nothing of consequence' : summary}`;
}

/** The gate itself could not do its work: fail closed, or let it run when only observing. */
function failed(parts: GateParts, passage: Passage, error: unknown): Answer {
  const code = error instanceof CountersignError ? error.code : 'internal';
  parts.onFailure(error, passage.origin.traceId);
  const observing = parts.stance.mode() === 'observe';
  const decision: Decision = {
    verdict: observing ? 'allow' : 'deny',
    by: 'failure',
    score: 100,
    wanted: 'deny',
    reason: denyMessage(code, undefined, error instanceof CountersignError ? error.message : undefined),
    ...(observing ? {} : { code }),
    obligations: [],
    mode: parts.stance.mode(),
    policyDigest: parts.policy().digest,
    actionDigest: passage.digest,
    factsDigest: '',
  };
  void record(parts, [frames.decidedFrame(now(parts, passage), decision)], false).catch((cause: unknown) =>
    parts.onFailure(cause, passage.origin.traceId),
  );
  return { traceId: passage.origin.traceId, decision, assessment: undefined };
}

/** INVARIANT: a durable frame is on disk when this returns; in observe mode an unwritable trace stops nothing. */
async function record(parts: GateParts, events: readonly NewTraceEvent[], durable: boolean): Promise<void> {
  if (events.length === 0) return;
  try {
    await parts.store.append(events, { durable });
  } catch (error) {
    parts.onFailure(error, events[0]?.traceId ?? '');
    if (durable && parts.stance.mode() === 'enforce') throw error;
  }
}

function digests({ digest }: Passage, { facts }: Judgement): frames.Digests {
  return { action: digest, facts: factsDigest(facts) };
}

function now(parts: GateParts, { origin }: Passage): frames.Origin {
  return { ...origin, at: parts.clock.wallMs() };
}

/** Sorts by time, so that a list of traces is in order. */
function newTraceId(wallMs: number): string {
  return `t${wallMs.toString(36).padStart(9, '0')}${randomBytes(6).toString('hex')}`;
}

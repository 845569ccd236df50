/** The one path: every action of every entry point is judged, decided and recorded here. */
import { randomUUID } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { Outcome } from '../../protocol/decision.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { requirementFor } from '../approvals/quorum.ts';
import { createTurns, type Turns } from '../limits/turns.ts';
import { answer, failed, record } from './answering.ts';
import { actionDigest } from './digest.ts';
import type { GateParts } from './gate-parts.ts';
import { ask, type Reconsider } from './holding.ts';
import { judge, type Judgement } from './judge-action.ts';
import {
  digestsOf,
  DURABLE_ABOVE,
  originNow,
  subjectOf,
  type Passage,
  type Submission,
  type Verdict,
} from './passage.ts';
import { assessedFrame, outcomeFrame } from './recorder.ts';
import { createRequests, type Answer, type GateRequest } from './requests.ts';
import { saveFirst } from './saving.ts';
import { settle, type Course } from './settle.ts';

export type Gate = {
  /** A retry of a known request gets that request; the same id with another action throws `conflict`. */
  open(submission: Submission): GateRequest;
  find(session: string, requestId: string): GateRequest;
  outcome(session: string, requestId: string, outcome: Outcome): Promise<void>;
};

/** Sessions take turns at being judged. */
type Parts = GateParts & { readonly turns: Turns };

export function createGate(given: GateParts, turns: Turns = createTurns()): Gate {
  const parts: Parts = { ...given, turns };
  const requests = createRequests();
  return {
    open(submission) {
      // Before anything is worked out: refusing has to be cheaper than asking.
      if (turns.isFull(submission.action.session)) throw new CountersignError('too_busy');
      const { action } = parts.redactor.redactAction(submission.action);
      const digest = actionDigest(action);
      const known = requests.known(action.session, submission.requestId, digest);
      if (known !== undefined) return known;
      const request = start(parts, submission, action, digest);
      requests.add(request, digest);
      if (!submission.keep) void request.answer.finally(() => requests.forget(request));
      return request;
    },
    find: (session, requestId) => requests.find(session, requestId),
    async outcome(session, requestId, outcome) {
      const { origin, answer: answered } = requests.find(session, requestId);
      const { decision } = await answered;
      const frame = outcomeFrame({ ...origin, at: parts.clock.wallMs() }, outcome);
      await record(parts, [frame], decision.score > DURABLE_ABOVE);
    },
  };
}

/** Sets an action on its way; the request is the entry point's handle on it. */
function start(parts: Parts, submission: Submission, action: Action, digest: string): GateRequest {
  const abort = new AbortController();
  const { promise: whenHeld, resolve: firstHeld } = Promise.withResolvers<void>();
  const at = parts.clock.wallMs();
  const { agent, session } = action;
  const origin = { at, traceId: newTraceId(at), session, agent, user: parts.user };
  let held: Approval | undefined;
  let answered: Answer | undefined;
  const hold = (approval: Approval | undefined): void => {
    held = approval;
    if (approval === undefined) return;
    firstHeld();
    submission.onHeld?.(approval);
  };
  const done = pass(parts, { submission, action, digest, origin, signal: abort.signal, hold }).then((result) => {
    held = undefined;
    answered = result;
    return result;
  });
  return {
    id: submission.requestId,
    origin,
    answer: done,
    whenHeld,
    held: () => held,
    answered: () => answered,
    cancel: () => abort.abort(),
  };
}

/** Never throws: whatever fails on the way is a decision with a code. */
async function pass(parts: Parts, passage: Passage): Promise<Answer> {
  parts.sessions.countAction(passage.action.session);
  try {
    return await judgeAndAnswer(parts, passage);
  } catch (error) {
    return failed(parts, passage, error);
  }
}

async function judgeAndAnswer(parts: Parts, passage: Passage): Promise<Answer> {
  const { signal, action } = passage;
  const judgement = await parts.turns.take(action.session, signal, () => judge(parts, action));
  const { task } = passage.submission.belonging;
  const assessed = assessedFrame(passage.origin, action, judgement, { ...digestsOf(passage, judgement), task });
  const reconsider: Reconsider = (attempt) =>
    judgeAndAnswer(parts, { ...passage, ...attempt, origin: originNow(parts, passage) });
  const course = await checkedCourse(parts, passage, judgement);
  if (course.kind === 'ask') return ask(parts, passage, judgement, course.requirement, [assessed], reconsider);
  if (course.kind === 'deny') return answer(parts, passage, judgement, verdictOf(course), [assessed]);
  const saving = await saveFirst(parts, passage, judgement, false);
  const before = [assessed, ...saving.frames];
  const next = saving.whole ? course : courseUnsaved(parts, passage, judgement, course);
  if (next.kind !== 'ask') return answer(parts, passage, judgement, { ...verdictOf(next), ...saving.told }, before);
  return ask(parts, { ...passage, ...saving.attempt }, judgement, next.requirement, before, reconsider);
}

/** INVARIANT: what passes only for its low score is asked about when what it would destroy could not be saved. */
function courseUnsaved(parts: GateParts, passage: Passage, judgement: Judgement, course: Course): Course {
  if (course.kind !== 'compute' && !(course.kind === 'allow' && course.by === 'score')) return course;
  return courseFor(parts, passage, asked(judgement));
}

function asked(judgement: Judgement): Judgement {
  return { ...judgement, assessment: { ...judgement.assessment, verdict: 'escalate' } };
}

/** A rewrite is a new action: it runs only when it is itself harmless, else the original is asked about. */
async function checkedCourse(parts: GateParts, passage: Passage, judgement: Judgement): Promise<Course> {
  const course = courseFor(parts, passage, judgement);
  if (course.kind !== 'compute') return course;
  if (passage.action.kind === 'exec') {
    const rewritten = await judge(parts, { ...passage.action, argv: [...course.argv] });
    if (rewritten.assessment.verdict === 'allow') return course;
  }
  return courseFor(parts, passage, asked(judgement));
}

function courseFor(parts: GateParts, passage: Passage, judgement: Judgement): Course {
  const { assessment } = judgement;
  return settle(assessment, {
    mode: parts.stance.mode(),
    paused: parts.stance.pause() !== undefined,
    revoked: passage.submission.belonging.revoked,
    grant: assessment.verdict === 'allow' ? undefined : parts.grants.covering(subjectOf(passage, judgement)),
    requirement: requirementFor(assessment.band, assessment.quorum, parts.approvers.list()),
  });
}

function verdictOf(course: Exclude<Course, { kind: 'ask' }>): Verdict {
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
    case 'compute':
      return { verdict: 'compute', by: 'rule', rewrite: course.argv };
  }
}

/** Sorts by time, so that a list of traces is in order. */
function newTraceId(wallMs: number): string {
  return `t${wallMs.toString(36).padStart(9, '0')}${randomUUID().slice(-12)}`;
}

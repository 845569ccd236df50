/** The one path: every action of every entry point is judged, decided and recorded here. */
import { randomUUID } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { Approval } from '../../protocol/approval.ts';
import type { Outcome } from '../../protocol/decision.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import { requirementFor } from '../approvals/quorum.ts';
import { createTurns, type Turns } from '../limits/turns.ts';
import { announce, reasonsOf } from './announcing.ts';
import type { Cover } from './announced.ts';
import { answer, answerCovered, failed } from './answering.ts';
import { actionDigest } from './digest.ts';
import { explain, type Explained } from './explaining.ts';
import type { GateParts } from './gate-parts.ts';
import { fingerprintOf, honoured } from './honouring.ts';
import { ask, type Reconsider } from './holding.ts';
import { judge, type Judgement } from './judge-action.ts';
import { createOutcomes, type Concluded } from './outcomes.ts';
import {
  digestsOf,
  DURABLE_ABOVE,
  originNow,
  subjectOf,
  type Passage,
  type Submission,
  type Verdict,
} from './passage.ts';
import { assessedFrame, unannouncedFrame } from './recorder.ts';
import { createRequests, type Answer, type GateRequest } from './requests.ts';
import { asked, weighRewrite } from './rewriting.ts';
import { saveFirst } from './saving.ts';
import { settle, type Course } from './settle.ts';

export type Gate = {
  /** A retry of a known request gets that request; the same id with another action throws `conflict`. */
  open(submission: Submission): GateRequest;
  /** How an action would be judged. Nothing runs, nobody is asked, and nothing is recorded or remembered. */
  explain(action: Action): Promise<Explained>;
  find(session: string, requestId: string): GateRequest;
  /** `id`: of the request, or of its trace once the request is forgotten. */
  outcome(session: string, id: string, outcome: Outcome): Promise<void>;
  /** The same for a request that is no longer kept. */
  conclude(done: Concluded, outcome: Outcome): Promise<void>;
};

/** Sessions take turns at being judged. */
type Parts = GateParts & { readonly turns: Turns };

export function createGate(given: GateParts, turns: Turns = createTurns()): Gate {
  const parts: Parts = { ...given, turns };
  const requests = createRequests();
  const outcomes = createOutcomes(parts, requests);
  return {
    open(submission) {
      // Before anything is worked out: refusing has to be cheaper than asking.
      if (turns.isFull(submission.action.session)) throw new CountersignError('too_busy');
      const { action } = parts.redactor.redactAction(submission.action);
      const digest = actionDigest(action);
      const fingerprint = fingerprintOf(digest, submission);
      const known = requests.known(action.session, submission.requestId, fingerprint);
      if (known !== undefined) return known;
      const request = start(parts, submission, action, digest);
      requests.add(request, fingerprint);
      if (!submission.keep) void request.answer.finally(() => requests.forget(request));
      return request;
    },
    explain: (action) => explain(parts, action),
    find: (session, requestId) => requests.find(session, requestId),
    outcome: outcomes.report,
    conclude: outcomes.conclude,
  };
}

/** Sets an action on its way; the request is the entry point's handle on it. */
function start(parts: Parts, submission: Submission, action: Action, digest: string): GateRequest {
  const abort = new AbortController();
  const { promise: whenHeld, resolve: firstHeld } = Promise.withResolvers<void>();
  const at = parts.clock.wallMs();
  const { agent, session } = action;
  const cover = coverOf(parts, submission, action, digest);
  const origin = { at, traceId: cover?.traceId ?? newTraceId(at), session, agent, user: parts.user };
  let held: Approval | undefined;
  let answered: Answer | undefined;
  const hold = (approval: Approval | undefined): void => {
    held = approval;
    if (approval === undefined) return;
    firstHeld();
    submission.onHeld?.(approval);
  };
  const passage = { submission, action, digest, origin, signal: abort.signal, cover, hold };
  const done = pass(parts, passage).then(async (result) => {
    // Before it is told, for what runs then may ask at once.
    if (submission.announces === true) await announce(parts, passage, result);
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

function coverOf(parts: Parts, { below, redeems }: Submission, action: Action, digest: string): Cover | undefined {
  if (redeems !== undefined) return parts.announced.redeeming(action.session, redeems, digest);
  return below === true ? parts.announced.covering(action) : undefined;
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
  if (isCovered(parts, passage, judgement)) return answerCovered(parts, passage, judgement);
  const assessed = assessedFrame(passage.origin, action, judgement, { ...digestsOf(passage, judgement), task });
  const arrived = [assessed, ...unannounced(parts, passage, judgement)];
  const reconsider: Reconsider = (attempt) =>
    judgeAndAnswer(parts, { ...passage, ...attempt, origin: originNow(parts, passage) });
  const checked = await checkedCourse(parts, passage, judgement);
  if (checked.course.kind === 'ask') return ask(parts, passage, checked.judgement, checked.course.requirement, arrived, reconsider); // prettier-ignore
  // What a rewrite does instead destroys nothing of what was judged.
  if (checked.course.kind !== 'allow') return answer(parts, passage, judgement, verdictOf(checked.course), arrived);
  const saving = await saveFirst(parts, passage, judgement, false);
  const before = [...arrived, ...saving.frames];
  const next = saving.whole ? checked : courseUnsaved(parts, passage, checked);
  if (next.course.kind !== 'ask') return answer(parts, passage, judgement, { ...verdictOf(next.course), ...saving.told }, before); // prettier-ignore
  return ask(parts, { ...passage, ...saving.attempt }, next.judgement, next.course.requirement, before, reconsider);
}

/** INVARIANT: what was let through covers nothing that is worse, for another reason, or denied by now. */
function isCovered(parts: GateParts, { cover, submission, action }: Passage, { assessment }: Judgement): boolean {
  if (cover === undefined || submission.belonging.revoked || !stillCounts(parts, cover)) return false;
  if (assessment.verdict === 'deny' || assessment.score > cover.score) return false;
  // The same words mean something else with other variables, or in a folder that is another one by now.
  const isOther = action.kind === 'exec' && assessment.verdict !== 'allow' && reasonsOf(assessment).some((rule) => !cover.reasons.includes(rule)); // prettier-ignore
  return !isOther && cover.take();
}

/** What was let through only because nobody was asked is asked about once somebody is. */
function stillCounts({ stance, grants }: GateParts, { by, grant }: Cover): boolean {
  if (by === 'observe') return stance.mode() === 'observe';
  if (by === 'pause') return stance.pause() !== undefined;
  return by !== 'grant' || grants.list().some(({ id }) => id === grant);
}

/** A client that should tell what it does did not: somebody went around its hook, or it is gone. */
function unannounced(
  parts: GateParts,
  { submission, origin, digest }: Passage,
  { assessment }: Judgement,
): NewTraceEvent[] {
  const { score } = assessment;
  const isOne = submission.below === true && score > DURABLE_ABOVE && parts.announced.isUnannounced(origin.session);
  return isOne ? [unannouncedFrame(origin, digest, score)] : [];
}

/** INVARIANT: what passes only because it is saved or harmless is asked about when it could not be saved. */
function courseUnsaved(parts: GateParts, passage: Passage, checked: Checked): Checked {
  const { course, judgement } = checked;
  const relies = course.kind === 'allow' && (course.by === 'score' || course.by === 'rule');
  return relies ? askedCourse(parts, passage, judgement, false) : checked;
}

/** The course with the judgement it rests on: what is asked about may have lost its rewrite. */
type Checked = { readonly course: Course; readonly judgement: Judgement };

async function checkedCourse(parts: GateParts, passage: Passage, judgement: Judgement): Promise<Checked> {
  const course = courseFor(parts, passage, judgement);
  if (course.kind !== 'compute') return { course, judgement };
  const rewriting = await weighRewrite(parts, passage.action, judgement, course.argv);
  if (rewriting === 'unasked') return { course, judgement };
  if (rewriting === 'same') return { course: { kind: 'allow', by: 'rule' }, judgement };
  return askedCourse(parts, passage, judgement, rewriting === 'asked');
}

function askedCourse(parts: GateParts, passage: Passage, judgement: Judgement, rewritten: boolean): Checked {
  const put = asked(judgement, rewritten);
  return { course: courseFor(parts, passage, put), judgement: put };
}

function courseFor(parts: GateParts, passage: Passage, judgement: Judgement): Course {
  const { assessment } = judgement;
  const course = settle(assessment, {
    mode: parts.stance.mode(),
    paused: parts.stance.pause() !== undefined,
    revoked: passage.submission.belonging.revoked,
    grant: assessment.verdict === 'allow' ? undefined : parts.grants.covering(subjectOf(passage, judgement)),
    requirement: requirementFor(assessment.band, assessment.quorum, parts.approvers.list()),
  });
  return honoured(course, passage.submission, assessment);
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

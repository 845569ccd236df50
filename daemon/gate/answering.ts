/** The end of every passage: a decision, recorded before it is told. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { Decision } from '../../protocol/decision.ts';
import { CountersignError, type ErrorCode } from '../../protocol/errors.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { GateParts } from './gate-parts.ts';
import { refusedFor } from './honouring.ts';
import type { Judgement } from './judge-action.ts';
import { denyMessage, insteadMessage } from './messages.ts';
import { digestsOf, DURABLE_ABOVE, originNow, type Passage, type Verdict } from './passage.ts';
import { coveredFrame, decidedFrame } from './recorder.ts';
import type { Answer } from './requests.ts';
import { learnedFrame, type SessionNotes } from './session-notes.ts';

/** `before`: frames of this passage that are not recorded yet. */
export async function answer(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  verdict: Verdict,
  before: readonly NewTraceEvent[],
): Promise<Answer> {
  const { assessment } = judgement;
  const decision = decide(parts, passage, judgement, verdict);
  const learned = decision.verdict === 'deny' ? undefined : learn(parts, passage, judgement);
  const toReview = wantsReview(decision, assessment);
  const origin = originNow(parts, passage);
  const notes = learned === undefined ? [] : [learnedFrame(origin, learned)];
  await record(
    parts,
    [...before, ...notes, decidedFrame(origin, decision, toReview)],
    assessment.score > DURABLE_ABOVE,
  );
  // INVARIANT: whatever ends the daemon, what a session learned is known to the next one. A full disk holds up nothing here.
  if (learned !== undefined) await parts.store.append([], { durable: true }).catch(() => undefined);
  return { traceId: passage.origin.traceId, decision, assessment };
}

/** Something was let through that this is: nobody is asked, and the trace is that of what was let through. */
export async function answerCovered(parts: GateParts, passage: Passage, judgement: Judgement): Promise<Answer> {
  const { score } = judgement.assessment;
  const frame = coveredFrame(originNow(parts, passage), passage.action, { ...digestsOf(passage, judgement), score });
  await record(parts, [frame], score > DURABLE_ABOVE);
  const decision = decide(parts, passage, judgement, { verdict: 'allow', by: 'announced' });
  return { traceId: passage.origin.traceId, decision, assessment: judgement.assessment };
}

function learn(parts: GateParts, { action }: Passage, { assessment, facts }: Judgement): SessionNotes | undefined {
  return parts.history.learn(action.session, assessment, facts, parts.clock.wallMs());
}

/**
 * What a person let through was looked at already. Afterwards somebody is to look at what a rule marks, at what ran only
 * because nobody was asked, and at what a remembered answer lets repeat at a high risk.
 */
function wantsReview({ verdict, by, wanted }: Decision, { review, band }: Assessment): boolean {
  if (verdict !== 'allow' || by === 'human') return false;
  if (review === true) return true;
  if (by === 'observe' || by === 'pause') return wanted !== 'allow';
  return by === 'grant' && (band === 'high' || band === 'critical');
}

/** Codes that say that the daemon, and not the request, is at fault. */
const OURS: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['internal', 'trace_unwritable', 'facts_unavailable']);

/** The gate itself could not do its work: fail closed, or let it run when only observing. */
export function failed(parts: GateParts, passage: Passage, error: unknown): Answer {
  const { traceId } = passage.origin;
  const known =
    error instanceof CountersignError ? error : new CountersignError('internal', undefined, { cause: error });
  const observing = parts.stance.mode() === 'observe';
  const decision: Decision = {
    verdict: observing ? 'allow' : 'deny',
    by: 'failure',
    score: 100,
    wanted: 'deny',
    reason: denyMessage(known.code, undefined, known.message),
    ...(observing ? {} : { code: known.code }),
    obligations: [],
    mode: parts.stance.mode(),
    policyDigest: parts.policy().digest,
    actionDigest: passage.digest,
    factsDigest: '',
  };
  // A full queue is an answer; only what must not happen is a failure.
  if (OURS.has(known.code)) parts.onFailure(error, traceId);
  record(parts, [decidedFrame(originNow(parts, passage), decision)], false).catch((cause: unknown) =>
    parts.onFailure(cause, traceId),
  );
  return { traceId, decision, assessment: undefined };
}

/**
 * INVARIANT: a durable frame is on disk when this returns. In observe mode an unwritable trace stops nothing: the frames wait
 * in memory for the moment when it can be written again.
 */
export async function record(parts: GateParts, events: readonly NewTraceEvent[], durable: boolean): Promise<void> {
  try {
    await parts.store.append(events, { durable });
  } catch (error) {
    parts.onFailure(error, events[0]?.traceId ?? '');
    if (!durable) return;
    if (parts.stance.mode() === 'enforce') throw error;
    await parts.store.append(events, { durable: false }).catch(() => undefined); // said above
  }
}

function decide(parts: GateParts, passage: Passage, judgement: Judgement, given: Verdict): Decision {
  const { assessment } = judgement;
  const digests = digestsOf(passage, judgement);
  // A rule may have come into force since it was settled.
  const refused = given.verdict === 'deny' ? undefined : refusedFor(passage.submission, assessment);
  const settled: Verdict = refused === undefined ? given : { ...refused, verdict: 'deny' };
  const { verdict, by, code, detail, rewrite, approval, grant, saved } = settled;
  return {
    verdict,
    by,
    score: assessment.score,
    wanted: assessment.verdict,
    reason:
      rewrite !== undefined
        ? insteadMessage(rewrite, assessment)
        : code === undefined
          ? allowReason(by, assessment.summary, saved)
          : denyMessage(code, assessment, detail),
    ...(code === undefined ? {} : { code }),
    obligations: verdict === 'deny' ? [] : assessment.obligations,
    ...(rewrite === undefined ? {} : { rewrite: [...rewrite] }),
    ...(approval === undefined ? {} : { approval }),
    ...(grant === undefined ? {} : { grant }),
    mode: parts.stance.mode(),
    policyDigest: assessment.policyDigest,
    actionDigest: digests.action,
    factsDigest: digests.facts,
  };
}

function allowReason(by: Decision['by'], summary: string, saved: string | undefined): string {
  const what = `allowed (${by}): ${summary === '' ? 'nothing of consequence' : summary}`;
  return saved === undefined ? what : `${what}; ${saved}`;
}

/** Holds an action until humans have settled it, then looks again before it lets it go. */
import type { Approval, GrantScope } from '../../protocol/approval.ts';
import type { Restorable } from '../../protocol/undo.ts';
import type { DeniedTarget } from '../../protocol/facts.ts';
import type { NewTraceEvent } from '../../protocol/trace.ts';
import type { Held, Settlement } from '../approvals/book.ts';
import type { Requirement } from '../approvals/quorum.ts';
import { deniedTargetsOf } from '../engine/denials.ts';
import { restorableOf } from '../engine/what-comes-back.ts';
import { answer, record } from './answering.ts';
import { bindingNeeds, unboundParts, whatChanged, type Bound } from './bindings.ts';
import type { GateParts } from './gate-parts.ts';
import { grantPatterns } from './grant-patterns.ts';
import { judge, type Judgement } from './judge-action.ts';
import { digestsOf, originNow, subjectOf, type Passage, type Verdict } from './passage.ts';
import { grantFrame, requestedFrame } from './recorder.ts';
import type { Answer } from './requests.ts';
import { executedDigest } from './rewriting.ts';
import { saveFirst } from './saving.ts';

type Reachable = Exclude<Requirement, { kind: 'unreachable' }>;

/** What to do when the question has to be put anew. */
export type Reconsider = (attempt?: Pick<Passage, 'attempt'>) => Promise<Answer>;

export async function ask(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  requirement: Reachable,
  before: readonly NewTraceEvent[],
  reconsider: Reconsider,
): Promise<Answer> {
  const bound = { judgement, bindings: await parts.looker.look(bindingNeeds(passage.action)) };
  // On disk before anybody is asked, so that nobody decides on what a crash would forget.
  await record(parts, before, true);
  const held = requestApproval(parts, passage, bound, requirement);
  const { approval, settled } = held;
  if (!held.joined) await recordRequest(parts, passage, held);
  passage.hold(approval);
  const settlement = await settled;
  if (settlement.kind === 'again') return reconsider();
  if (settlement.kind === 'approved') return release(parts, passage, bound, settlement, reconsider);
  return answer(parts, passage, judgement, refusal(parts, passage, settlement), []);
}

/** A question that could not be recorded is not put: what it is about is denied, and nobody is left to answer it. */
async function recordRequest(parts: GateParts, passage: Passage, { approval, withdraw }: Held): Promise<void> {
  try {
    await record(parts, [requestedFrame(originNow(parts, passage), approval)], true);
  } catch (error) {
    withdraw();
    throw error;
  }
}

function requestApproval(parts: GateParts, passage: Passage, bound: Bound, requirement: Reachable) {
  const { assessment } = bound.judgement;
  const digests = digestsOf(passage, bound.judgement);
  const restorable = passage.attempt ?? restorableOf(bound.judgement);
  return parts.approvals.request(
    {
      traceId: passage.origin.traceId,
      action: passage.action,
      assessment,
      actionDigest: digests.action,
      executedDigest: executedDigest(passage.action, assessment.rewrite, digests.action),
      factsDigest: digests.facts,
      requirement,
      // A remembered answer would cover the words of the original.
      grantPatterns: assessment.rewrite === undefined ? grantPatterns(passage.action, assessment) : { once: '' },
      unbound: unboundParts(passage.action, bound.bindings),
      ...(restorable === undefined ? {} : { restorable }),
    },
    passage.signal,
  );
}

/** The world is looked at again: an approval covers what was shown, not what has become of it. */
async function release(
  parts: GateParts,
  passage: Passage,
  bound: Bound,
  { approval, scope }: Extract<Settlement, { kind: 'approved' }>,
  reconsider: Reconsider,
): Promise<Answer> {
  const judgement = await judge(parts, passage.action);
  const bindings = await parts.looker.look(bindingNeeds(passage.action));
  if (passage.signal.aborted) return answer(parts, passage, judgement, cancelled(approval), []);
  if (whatChanged(bound, { judgement, bindings }) !== undefined) return reconsider();
  const { rewrite } = bound.judgement.assessment;
  if (rewrite !== undefined) {
    const instead: Verdict = { verdict: 'compute', by: 'human', approval: approval.id, rewrite };
    return answer(parts, passage, bound.judgement, instead, []);
  }
  const saving = await saveFirst(parts, passage, judgement, true);
  if (passage.signal.aborted) return answer(parts, passage, judgement, cancelled(approval), saving.frames);
  // Whoever agreed was told what of it cannot come back.
  if (losesMore(saving.attempt.attempt, approval.restorable)) return reconsider(saving.attempt);
  const grant = remember(parts, passage, bound.judgement, approval, scope);
  const verdict: Verdict = { verdict: 'allow', by: 'human', approval: approval.id, ...grant, ...saving.told };
  return answer(parts, passage, bound.judgement, verdict, saving.frames);
}

function losesMore(saved: Restorable | undefined, told: Restorable | undefined): boolean {
  if (saved === undefined || told === undefined) return false;
  const lost = ({ notRestorable, more }: Restorable): number => notRestorable.length + more;
  return lost(saved) > lost(told) || (saved.files === 0 && told.files > 0);
}

function remember(
  parts: GateParts,
  passage: Passage,
  judgement: Judgement,
  approval: Approval,
  scope: GrantScope,
): { readonly grant?: string } {
  if (scope === 'once') return {};
  const grant = parts.grants.create(approval, scope, subjectOf(passage, judgement));
  const frame = grantFrame(originNow(parts, passage), 'grant.created', grant);
  record(parts, [frame], false).catch((error: unknown) => parts.onFailure(error, passage.origin.traceId));
  return { grant: grant.id };
}

function refusal(parts: GateParts, passage: Passage, settlement: Exclude<Settlement, { kind: 'approved' }>): Verdict {
  const approval = settlement.approval.id;
  switch (settlement.kind) {
    case 'denied':
      rememberDenial(parts, passage, settlement.approval, settlement.reason);
      return { verdict: 'deny', by: 'human', code: 'denied_by_human', detail: settlement.reason, approval };
    case 'expired':
      return { verdict: 'deny', by: 'expiry', code: 'approval_expired', approval };
    case 'cancelled':
      return cancelled(settlement.approval);
    case 'abandoned':
    case 'again':
      return { verdict: 'deny', by: 'failure', code: 'approval_abandoned', approval };
  }
}

/** INVARIANT: a denial that cannot be saved is a denial all the same, and known for as long as the daemon runs. */
function rememberDenial(parts: GateParts, passage: Passage, approval: Approval, reason: string): void {
  try {
    parts.history.deny(passage.action.session, denials(approval, reason));
  } catch (error) {
    parts.onFailure(error, passage.origin.traceId);
  }
}

function cancelled({ id }: Approval): Verdict {
  return { verdict: 'deny', by: 'cancel', code: 'approval_cancelled', approval: id };
}

function denials({ assessment, traceId }: Approval, reason: string): readonly DeniedTarget[] {
  const why = reason === '' ? 'a human denied it' : reason;
  return deniedTargetsOf(assessment).map(({ effect, target }) => ({ effect, target, reason: why, traceId }));
}

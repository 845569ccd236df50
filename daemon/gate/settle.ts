/** From an assessment to what the gate does: pure. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { Grant } from '../../protocol/approval.ts';
import type { DecidedBy, Mode } from '../../protocol/decision.ts';
import type { ErrorCode } from '../../protocol/errors.ts';
import type { Requirement } from '../approvals/quorum.ts';
import { DENIED_BEFORE } from '../engine/denials.ts';

export type Circumstances = {
  readonly mode: Mode;
  readonly paused: boolean;
  readonly revoked: boolean;
  readonly grant: Grant | undefined;
  readonly requirement: Requirement;
};

/** What the gate does next. */
export type Course =
  | { readonly kind: 'allow'; readonly by: DecidedBy; readonly grant?: Grant }
  | { readonly kind: 'deny'; readonly by: DecidedBy; readonly code: ErrorCode; readonly detail?: string }
  | { readonly kind: 'compute'; readonly argv: readonly string[] }
  | { readonly kind: 'ask'; readonly requirement: Exclude<Requirement, { kind: 'unreachable' }> };

export function settle(assessment: Assessment, circumstances: Circumstances): Course {
  const { mode, paused, revoked, grant } = circumstances;
  if (revoked) return { kind: 'deny', by: 'human', code: 'agent_revoked' };
  // INVARIANT: what is forced holds in observe mode, in a pause and against every grant.
  if (assessment.forced && assessment.verdict === 'deny') return forcedDeny(assessment);
  if (assessment.verdict === 'allow') return { kind: 'allow', by: 'score' };
  if (mode === 'observe') return { kind: 'allow', by: 'observe' };
  if (assessment.verdict === 'deny') return { kind: 'deny', by: 'rule', code: 'denied_by_rule' };
  if (paused) return { kind: 'allow', by: 'pause' };
  if (assessment.verdict === 'compute' && assessment.rewrite !== undefined) {
    return { kind: 'compute', argv: assessment.rewrite };
  }
  if (grant !== undefined) return { kind: 'allow', by: 'grant', grant };
  return askCourse(circumstances.requirement);
}

/** Whether the session was denied the same effect earlier, rather than by a rule about this action. */
export function deniedBefore(assessment: Assessment): boolean {
  return assessment.findings.some((finding) => finding.rule === DENIED_BEFORE);
}

function forcedDeny(assessment: Assessment): Course {
  return deniedBefore(assessment)
    ? { kind: 'deny', by: 'denied-before', code: 'denied_before' }
    : { kind: 'deny', by: 'rule', code: 'denied_by_rule' };
}

function askCourse(requirement: Requirement): Course {
  if (requirement.kind !== 'unreachable') return { kind: 'ask', requirement };
  return { kind: 'deny', by: 'failure', code: 'approvers_missing', detail: requirement.reason };
}

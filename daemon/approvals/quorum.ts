/** Who has to agree: pure rules over the enrolled approvers and the votes so far. */
import type { ApprovalVote, Approver, Factor } from '../../protocol/approval.ts';
import type { Band } from '../../protocol/assessment.ts';

/** What an approval needs. `unreachable` means that nobody could ever give it: deny at once and say how to enrol. */
export type Requirement =
  | { readonly kind: 'humans'; readonly count: number; readonly silentCounts: boolean }
  | { readonly kind: 'factors'; readonly count: number }
  | { readonly kind: 'unreachable'; readonly reason: string };

/** Keys that any process of the same user can use without the person noticing. */
const SILENT: ReadonlySet<Factor> = new Set<Factor>(['keychain', 'file']);

/** A solo user gives this many independent factors for what would otherwise take several humans. */
const SOLO_FACTORS = 2;

export function requirementFor(band: Band, quorum: number, approvers: readonly Approver[]): Requirement {
  if (approvers.length === 0) return unreachable('no approver is enrolled; run `countersign setup`');
  const several = band === 'critical' || quorum > 1;
  if (!several) return { kind: 'humans', count: 1, silentCounts: true };
  const strong = approvers.filter((approver) => !SILENT.has(approver.factor));
  const humans = distinct(approvers.map((approver) => approver.human));
  if (humans.size <= 1) return soloRequirement(strong);
  const able = distinct(strong.map((approver) => approver.human)).size;
  const count = Math.max(quorum, SOLO_FACTORS);
  if (able < count)
    return unreachable(`this takes ${count} people with a passphrase, passkey or device; ${able} enrolled`);
  return { kind: 'humans', count, silentCounts: false };
}

export type Tally = {
  readonly state: 'pending' | 'approved' | 'denied';
  readonly given: number;
  readonly needed: number;
};

/** One deny settles it; otherwise distinct humans, or distinct factors of a solo user, are counted. */
export function tally(requirement: Requirement, votes: readonly ApprovalVote[]): Tally {
  if (requirement.kind === 'unreachable') return { state: 'denied', given: 0, needed: 0 };
  const given = countedVotes(requirement, votes);
  if (votes.some((vote) => vote.decision === 'deny')) return { state: 'denied', given, needed: requirement.count };
  return { state: given >= requirement.count ? 'approved' : 'pending', given, needed: requirement.count };
}

/** Whether this approver has already said what they can say. */
export function hasVoted(requirement: Requirement, votes: readonly ApprovalVote[], approver: Approver): boolean {
  return votes.some((vote) =>
    requirement.kind === 'factors' ? vote.factor === approver.factor : vote.human === approver.human,
  );
}

function soloRequirement(strong: readonly Approver[]): Requirement {
  if (distinct(strong.map((approver) => approver.factor)).size >= SOLO_FACTORS) {
    return { kind: 'factors', count: SOLO_FACTORS };
  }
  return unreachable(
    'this takes a second person or two independent factors; enrol one with `countersign approvers add`',
  );
}

function countedVotes(
  requirement: Exclude<Requirement, { kind: 'unreachable' }>,
  votes: readonly ApprovalVote[],
): number {
  const approving = votes.filter((vote) => vote.decision === 'approve');
  if (requirement.kind === 'factors') {
    return distinct(approving.filter((vote) => !SILENT.has(vote.factor)).map((vote) => vote.factor)).size;
  }
  const counting = requirement.silentCounts ? approving : approving.filter((vote) => !SILENT.has(vote.factor));
  return distinct(counting.map((vote) => vote.human)).size;
}

function unreachable(reason: string): Requirement {
  return { kind: 'unreachable', reason };
}

function distinct<T>(values: readonly T[]): ReadonlySet<T> {
  return new Set(values);
}

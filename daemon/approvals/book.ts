/** The approvals that are waiting: asked for, joined, voted on, settled. */
import { randomBytes } from 'node:crypto';

import type { Action } from '../../protocol/action.ts';
import type { Approval, ApprovalState, ApprovalVote, Approver, GrantScope, Vote } from '../../protocol/approval.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { CountersignError } from '../../protocol/errors.ts';
import type { Restorable } from '../../protocol/undo.ts';
import { deadlineAfter, isPast, type Clock, type Deadline } from '../identity/clock.ts';
import { hasVoted, tally, type Requirement } from './quorum.ts';
import { requireGenuine } from './votes.ts';

/** What a held action is asked about. */
export type ApprovalRequest = {
  readonly traceId: string;
  readonly action: Action;
  readonly assessment: Assessment;
  readonly actionDigest: string;
  readonly executedDigest: string;
  readonly factsDigest: string;
  readonly requirement: Exclude<Requirement, { kind: 'unreachable' }>;
  readonly grantPatterns: Partial<Record<GrantScope, string>>;
  readonly unbound: readonly string[];
  readonly restorable?: Restorable;
};

/** How waiting ended. `again`: another, identical request used the approval up; ask anew. */
export type Settlement =
  | { readonly kind: 'approved'; readonly approval: Approval; readonly scope: GrantScope }
  | { readonly kind: 'denied'; readonly approval: Approval; readonly reason: string; readonly by: string }
  | { readonly kind: 'expired' | 'cancelled' | 'abandoned' | 'again'; readonly approval: Approval };

export type Held = {
  readonly approval: Approval;
  readonly joined: boolean;
  readonly settled: Promise<Settlement>;
  /** Stops waiting, as when the client had gone away. */
  readonly withdraw: () => void;
};

export type ApprovalBook = {
  request(request: ApprovalRequest, signal: AbortSignal): Held;
  /** Throws with a code when the vote does not count. */
  vote(id: string, vote: Vote): Promise<Approval>;
  find(id: string): Approval | undefined;
  pending(): readonly Approval[];
  /** Ends those whose time is over; called on a tick. */
  expire(): void;
  cancelSession(session: string): void;
  abandonAll(): void;
};

export type BookOptions = {
  readonly clock: Clock;
  readonly daemonId: string;
  readonly findApprover: (id: string) => Approver | undefined;
  /** Stores a vote; the vote counts only once this has resolved. */
  readonly recordVote: (approval: Approval, counted: ApprovalVote, vote: Vote) => Promise<void>;
  readonly onChange: (approval: Approval) => void;
  /** What holds for the next request; settings change while the daemon runs. */
  readonly limits?: () => BookLimits;
};

export type BookLimits = {
  /** Long enough to walk back to the desk, short enough that the world is still the one that was judged. */
  readonly expiryMs: number;
  /** More than anybody answers until then. */
  readonly pending: number;
  readonly pendingPerSession: number;
};

export const APPROVAL_MS = 5 * 60_000;
const ORDINARY: BookLimits = { expiryMs: APPROVAL_MS, pending: 100, pendingPerSession: 20 };
/** Identical requests that may wait for the same answer. */
const MAX_WAITING = 100;

type Waiter = (settlement: Settlement) => void;
type Entry = {
  approval: Approval;
  readonly key: string;
  readonly requirement: Requirement;
  readonly until: Deadline;
  readonly waiters: Waiter[];
  /** Approvers whose vote is being stored: a second one from the same key has to wait its turn. */
  readonly storing: Set<string>;
};

export function createApprovalBook(options: BookOptions): ApprovalBook {
  const entries = new Map<string, Entry>();
  const byKey = new Map<string, Entry>();
  const limits = options.limits ?? (() => ORDINARY);

  const close = (entry: Entry, state: ApprovalState): void => {
    entries.delete(entry.approval.id);
    byKey.delete(entry.key);
    entry.approval = { ...entry.approval, state };
    options.onChange(entry.approval);
  };
  const settleAll = (entry: Entry, state: ApprovalState, settlement: Settlement): void => {
    close(entry, state);
    for (const waiter of entry.waiters.splice(0)) waiter(settlement);
  };
  const end = (entry: Entry, kind: 'expired' | 'cancelled' | 'abandoned'): void => {
    settleAll(entry, kind, { kind, approval: { ...entry.approval, state: kind } });
  };
  const approve = (entry: Entry, scope: GrantScope): void => {
    // Whoever asked last is the likeliest to be there still: an agent that was started anew, or one that polls.
    const [last, ...others] = entry.waiters.splice(0).toReversed();
    close(entry, 'approved');
    // INVARIANT: one approval, one execution. Whoever else waited asks again, unless a grant covers it.
    last?.({ kind: 'approved', approval: entry.approval, scope });
    for (const waiter of others) waiter({ kind: 'again', approval: entry.approval });
  };
  const leave = (entry: Entry, waiter: Waiter): void => {
    const index = entry.waiters.indexOf(waiter);
    if (index < 0) return;
    entry.waiters.splice(index, 1);
    waiter({ kind: 'cancelled', approval: entry.approval });
    if (entry.waiters.length === 0) close(entry, 'cancelled');
    else refresh(entry);
  };
  const refresh = (entry: Entry): void => {
    entry.approval = { ...entry.approval, waiting: entry.waiters.length };
    options.onChange(entry.approval);
  };

  return {
    request(request, signal) {
      const key = JSON.stringify([request.action.session, request.actionDigest, request.factsDigest]);
      const known = byKey.get(key);
      const entry =
        known ?? newEntry(options, limits(), key, request, roomFor(entries, request.action.session, limits()));
      if (entry.waiters.length >= MAX_WAITING) throw new CountersignError('queue_full');
      entries.set(entry.approval.id, entry);
      byKey.set(key, entry);
      const { promise: settled, resolve } = Promise.withResolvers<Settlement>();
      const withdraw = (): void => leave(entry, resolve);
      entry.waiters.push(resolve);
      if (signal.aborted) withdraw();
      else signal.addEventListener('abort', withdraw, { once: true });
      if (entries.has(entry.approval.id)) refresh(entry);
      return { approval: entry.approval, joined: known !== undefined, settled, withdraw };
    },
    async vote(id, vote) {
      const entry = entries.get(id);
      if (entry === undefined) throw new CountersignError('not_found', `no pending approval \`${id}\``);
      if (isPast(options.clock, entry.until)) end(entry, 'expired');
      const counted = await storeVote(options, entry, vote);
      // While the vote was being stored, another may have settled it.
      if (!entries.has(id)) throw new CountersignError('already_decided');
      entry.approval = { ...entry.approval, votes: [...entry.approval.votes, counted] };
      const { state } = tally(entry.requirement, entry.approval.votes);
      if (state === 'approved') approve(entry, vote.statement.scope);
      else if (state === 'denied') settleAll(entry, 'denied', deniedBy(entry, vote, counted));
      else refresh(entry);
      return entry.approval;
    },
    find: (id) => entries.get(id)?.approval,
    pending: () => [...entries.values()].map((entry) => entry.approval),
    expire() {
      for (const entry of entries.values()) if (isPast(options.clock, entry.until)) end(entry, 'expired');
    },
    cancelSession(session) {
      for (const entry of entries.values()) if (entry.approval.session === session) end(entry, 'cancelled');
    },
    abandonAll() {
      for (const entry of entries.values()) end(entry, 'abandoned');
    },
  };
}

async function storeVote(options: BookOptions, entry: Entry, vote: Vote): Promise<ApprovalVote> {
  if (entry.approval.state !== 'pending') throw new CountersignError('already_decided');
  const approver = requireGenuine(entry.approval, vote, options.findApprover(vote.statement.approver));
  if (entry.storing.has(approver.id) || hasVoted(entry.requirement, entry.approval.votes, approver)) {
    throw new CountersignError('already_voted');
  }
  const { id, human, factor } = approver;
  const { decision } = vote.statement;
  const counted: ApprovalVote = { approver: id, human, factor, decision, at: options.clock.wallMs() };
  entry.storing.add(id);
  try {
    await options.recordVote(entry.approval, counted, vote);
  } finally {
    entry.storing.delete(id);
  }
  return counted;
}

function deniedBy(entry: Entry, vote: Vote, counted: ApprovalVote): Settlement {
  return { kind: 'denied', approval: entry.approval, reason: vote.statement.reason, by: counted.human };
}

/** A full queue denies instead of burying the person in prompts. */
function roomFor(
  entries: ReadonlyMap<string, Entry>,
  session: string,
  { pending, pendingPerSession }: BookLimits,
): ReadonlyMap<string, Entry> {
  const own = [...entries.values()].filter((entry) => entry.approval.session === session).length;
  if (entries.size >= pending || own >= pendingPerSession) throw new CountersignError('queue_full');
  return entries;
}

function newEntry(
  options: BookOptions,
  { expiryMs }: BookLimits,
  key: string,
  request: ApprovalRequest,
  taken: ReadonlyMap<string, Entry>,
): Entry {
  const until = deadlineAfter(options.clock, expiryMs);
  const { traceId, action, assessment, actionDigest, executedDigest, factsDigest, requirement, grantPatterns } =
    request;
  const approval: Approval = {
    id: freshId(taken),
    traceId,
    state: 'pending',
    action,
    assessment,
    agent: action.agent,
    session: action.session,
    actionDigest,
    executedDigest,
    factsDigest,
    daemonId: options.daemonId,
    nonce: randomBytes(24).toString('base64url'),
    createdAt: until.createdWallMs,
    expiresAt: until.wallMs,
    votes: [],
    quorum: requirement.kind === 'humans' ? requirement.count : 1,
    factorsNeeded: requirement.kind === 'factors' ? requirement.count : 1,
    waiting: 0,
    grantPatterns,
    unbound: [...request.unbound],
    ...(request.restorable === undefined ? {} : { restorable: request.restorable }),
  };
  return { approval, key, requirement, until, waiters: [], storing: new Set() };
}

/** Short enough to type, unique among what is pending. */
function freshId(taken: ReadonlyMap<string, Entry>): string {
  for (;;) {
    const id = randomBytes(3).toString('hex');
    if (!taken.has(id)) return id;
  }
}

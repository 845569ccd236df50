/** Finds what is meant by an id, shows it, signs the vote here, and sends it. */
import type { Approval } from '../../protocol/approval.ts';
import type { VoteResponse } from '../../protocol/control-api.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { actionDigest } from '../../sdk/typescript/digest.ts';
import { signVote, type Ballot, type Voter } from '../../sdk/typescript/votes.ts';
import { UsageError } from '../command.ts';
import type { Context } from '../context.ts';
import { cardLines, cardOfApproval } from '../show/approval.ts';
import { sinkText } from '../terminal/sink.ts';
import { openVoter, type KeyChoice } from './signer.ts';

/** The approval an id or a unique beginning of one stands for. */
export async function findApproval(context: Context, idOrPrefix: string): Promise<Approval> {
  const pending = await context.control.call('pending');
  const exact = pending.some(({ id }) => id === idOrPrefix);
  const matches = pending.filter(({ id }) => id.startsWith(idOrPrefix) || withoutPrefix(id).startsWith(idOrPrefix));
  if (!exact && matches.length > 1) {
    throw new UsageError(`\`${idOrPrefix}\` could be any of ${matches.map(({ id }) => id).join(', ')}`);
  }
  // Without a match the daemon says whether it was decided already or never existed.
  const id = exact ? idOrPrefix : (matches[0]?.id ?? idOrPrefix);
  return context.control.call('approval', { params: { id } });
}

/** Ids begin with their kind; people type what follows. */
function withoutPrefix(id: string): string {
  return id.slice(id.indexOf('-') + 1);
}

/** Shows an approval and casts a vote on exactly that. */
export async function castVote(
  context: Context,
  approval: Approval,
  ballot: Ballot,
  choice: KeyChoice,
): Promise<VoteResponse> {
  requireOpen(approval);
  requireGenuineDigest(approval);
  showBeforeSigning(context, approval);
  return sendVote(context, approval, ballot, await openVoter(context, choice));
}

/** The caller has shown the approval. */
export async function sendVote(
  { control }: Context,
  approval: Approval,
  ballot: Ballot,
  voter: Voter,
): Promise<VoteResponse> {
  const vote = signVote(approval, ballot, voter);
  return control.call('vote', { params: { id: approval.id }, body: { vote } });
}

export function requireOpen({ state, id }: Approval): void {
  if (state !== 'pending') throw new CountersignError('already_decided', `\`${id}\` is ${state}`);
}

/** INVARIANT: what is shown is what is signed. */
function requireGenuineDigest(approval: Approval): void {
  if (actionDigest(approval.action) === approval.actionDigest) return;
  throw new CountersignError('conflict', 'the daemon shows another action than the one it wants signed');
}

function showBeforeSigning({ stderr, style }: Context, approval: Approval): void {
  stderr.write(`${sinkText(cardLines(cardOfApproval(approval), style, Date.now()).join('\n'))}\n`);
}

/** What the vote came to, in words. */
export function voteOutcome({ state, votes, quorum }: VoteResponse): string {
  if (state === 'approved') return 'Approved; it runs now.';
  if (state === 'denied') return 'Denied. The same effect stays denied for this session.';
  if (state === 'pending') return `Counted: ${votes} of ${quorum} votes.`;
  return `It is ${state}.`;
}

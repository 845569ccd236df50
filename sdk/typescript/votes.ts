/** Votes, signed where the approver is: the daemon holds public keys only. */
import { sign, type KeyObject } from 'node:crypto';

import {
  fieldsBoundBy,
  voteMessage,
  type Approval,
  type GrantScope,
  type Vote,
  type VoteStatement,
} from '../../protocol/approval.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { actionDigest } from './digest.ts';

/** What the person chose. */
export type Ballot = {
  readonly decision: 'approve' | 'deny';
  readonly scope: GrantScope;
  readonly reason: string;
};

/** Who votes: the id of the enrolled key and the private key. */
export type Voter = { readonly approver: string; readonly privateKey: KeyObject };

/**
 * A signed vote on what was shown. Throws `conflict` when the digest does not belong to the action shown, and
 * `bad_request` for a scope the approval does not offer.
 */
export function signVote(approval: Approval, ballot: Ballot, voter: Voter): Vote {
  if (actionDigest(approval.action) !== approval.actionDigest) {
    throw new CountersignError('conflict', 'the digest to be signed is not the digest of the action that was shown');
  }
  const { decision, scope, reason } = ballot;
  const { grantPattern, ...bound } = fieldsBoundBy(approval, scope);
  if (grantPattern === undefined) {
    throw new CountersignError('bad_request', `this approval cannot be given for \`${scope}\``);
  }
  const statement: VoteStatement = { ...bound, grantPattern, decision, scope, approver: voter.approver, reason };
  return { statement, signature: signText(voteMessage(statement), voter.privateKey) };
}

/** Ed25519 over the UTF-8 bytes of a message, base64. */
export function signText(message: string, privateKey: KeyObject): string {
  return sign(null, Buffer.from(message, 'utf8'), privateKey).toString('base64');
}

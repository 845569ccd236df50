/** Checks that a vote is about exactly what was asked and signed by an enrolled key. */
import {
  fieldsBoundBy,
  voteMessage,
  type Approval,
  type Approver,
  type Vote,
  type VoteStatement,
} from '../../protocol/approval.ts';
import { CountersignError } from '../../protocol/errors.ts';
import { signatureHolds } from '../identity/control-sessions.ts';

/** Throws with a code unless every bound field agrees with the approval and the signature holds. */
export function requireGenuine(approval: Approval, vote: Vote, approver: Approver | undefined): Approver {
  const { statement, signature } = vote;
  if (approver === undefined) throw new CountersignError('not_enrolled', 'no enrolled key has this id');
  const different = firstDifference(approval, statement);
  if (different !== undefined) {
    throw new CountersignError('nonce_spent', `the vote is about another request: \`${different}\` differs`);
  }
  if (!signatureHolds(approver, voteMessage(statement), signature)) throw new CountersignError('bad_signature');
  return approver;
}

/** A scope the approval does not offer has no pattern, so that it can never agree with a signed one. */
function firstDifference(approval: Approval, statement: VoteStatement): string | undefined {
  const bound = Object.entries(fieldsBoundBy(approval, statement.scope));
  return bound.find(([name, value]) => statement[name as keyof VoteStatement] !== value)?.[0];
}

/** Requests for votes, signed votes, and remembered answers. */
import { z } from 'zod';

import { Action } from './action.ts';
import { Assessment } from './assessment.ts';
import { Restorable } from './undo.ts';

/** How far an approval reaches. */
export const GrantScope = z.enum(['once', 'task', 'session', '15m']).meta({ id: 'GrantScope' });
export type GrantScope = z.infer<typeof GrantScope>;

/** What proves a vote. `keychain` and `file` keys can be used silently by a process of the same user. */
export const Factor = z.enum(['passphrase', 'keychain', 'file', 'passkey', 'device']).meta({ id: 'Factor' });
export type Factor = z.infer<typeof Factor>;

/** Everything a vote signs, in one flat object of strings and integers. */
export const VoteStatement = z
  .strictObject({
    version: z.literal(1),
    daemonId: z.string(),
    approvalId: z.string(),
    actionDigest: z.string(),
    executedDigest: z.string().describe('digest of the rewrite that would run; equals actionDigest without one'),
    policyDigest: z.string(),
    factsDigest: z.string(),
    decision: z.enum(['approve', 'deny']),
    scope: GrantScope,
    grantPattern: z.string().describe('what a grant wider than `once` covers, in words; empty for `once`'),
    expiresAt: z.int().describe('ms since the epoch'),
    nonce: z.string().describe('issued by the daemon, spent once'),
    approver: z.string().describe('id of the enrolled key'),
    reason: z.string().max(1_000),
  })
  .meta({ id: 'VoteStatement' });
export type VoteStatement = z.infer<typeof VoteStatement>;

export const Vote = z
  .strictObject({
    statement: VoteStatement,
    signature: z.string().describe('Ed25519 over voteMessage(statement), base64'),
  })
  .meta({ id: 'Vote' });
export type Vote = z.infer<typeof Vote>;

/** The exact bytes a vote signs: a domain line, then `name: value` lines in the order of the schema. */
export function voteMessage(statement: VoteStatement): string {
  const lines = Object.keys(VoteStatement.shape).map(
    (name) => `${name}: ${JSON.stringify(statement[name as keyof VoteStatement])}`,
  );
  return `countersign vote v1\n${lines.join('\n')}\n`;
}

/** An enrolled public key of a human. */
export const Approver = z
  .strictObject({
    id: z.string(),
    human: z.string().describe('distinct humans count towards a quorum'),
    factor: Factor,
    publicKey: z.string().describe('Ed25519 SPKI, base64'),
    enrolledAt: z.int(),
  })
  .meta({ id: 'Approver' });
export type Approver = z.infer<typeof Approver>;

/** The exact bytes that enrolling, unlocking and consenting sign: a purpose and the fields it binds. */
export function controlMessage(
  purpose: 'unlock' | 'enrol' | 'consent',
  fields: Readonly<Record<string, string>>,
): string {
  const lines = Object.keys(fields)
    .toSorted()
    .map((name) => `${name}: ${JSON.stringify(fields[name])}`);
  return `countersign ${purpose} v1\n${lines.join('\n')}\n`;
}

export const ApprovalVote = z
  .strictObject({
    approver: z.string(),
    human: z.string(),
    factor: Factor,
    decision: z.enum(['approve', 'deny']),
    at: z.int(),
  })
  .meta({ id: 'ApprovalVote' });
export type ApprovalVote = z.infer<typeof ApprovalVote>;

export const ApprovalState = z
  .enum(['pending', 'approved', 'denied', 'expired', 'cancelled', 'abandoned'])
  .meta({ id: 'ApprovalState' });
export type ApprovalState = z.infer<typeof ApprovalState>;

/** A request for votes. Everything a prompt shows and a vote binds. */
export const Approval = z
  .strictObject({
    id: z.string(),
    traceId: z.string(),
    state: ApprovalState,
    action: Action,
    assessment: Assessment,
    agent: z.string(),
    session: z.string(),
    actionDigest: z.string(),
    executedDigest: z.string(),
    factsDigest: z.string(),
    daemonId: z.string(),
    nonce: z.string(),
    createdAt: z.int(),
    expiresAt: z.int(),
    votes: z.array(ApprovalVote),
    quorum: z.int().min(1),
    factorsNeeded: z.int().min(1).describe('independent factors a solo approver has to give'),
    waiting: z.int().describe('identical requests held by this approval'),
    grantPatterns: z.partialRecord(GrantScope, z.string()).describe('what each scope would cover, in words'),
    unbound: z.array(z.string()).describe('what the approval cannot bind to the execution'),
    restorable: Restorable.optional().describe(
      'what of the content that would be destroyed is saved first, and what not; absent when nothing would be lost',
    ),
  })
  .meta({ id: 'Approval' });
export type Approval = z.infer<typeof Approval>;

/** A remembered answer. */
export const Grant = z
  .strictObject({
    id: z.string(),
    scope: GrantScope,
    session: z.string(),
    pattern: z.string().describe('in words'),
    shape: z.string().describe('digest of the action it covers'),
    maxScore: z.int().describe('a later action above this asks again'),
    approval: z.string(),
    grantedBy: z.array(z.string()),
    createdAt: z.int(),
    expiresAt: z.int(),
  })
  .meta({ id: 'Grant' });
export type Grant = z.infer<typeof Grant>;

/** The fields of a vote that the approval fixes; `grantPattern` is undefined for a scope it does not offer. */
export function fieldsBoundBy(approval: Approval, scope: GrantScope) {
  return {
    version: 1 as const,
    daemonId: approval.daemonId,
    approvalId: approval.id,
    actionDigest: approval.actionDigest,
    executedDigest: approval.executedDigest,
    policyDigest: approval.assessment.policyDigest,
    factsDigest: approval.factsDigest,
    grantPattern: scope === 'once' ? '' : approval.grantPatterns[scope],
    expiresAt: approval.expiresAt,
    nonce: approval.nonce,
  };
}

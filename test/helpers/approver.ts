/** A human with a real key, who signs what the daemon verifies. */
import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';

import {
  controlMessage,
  voteMessage,
  type Approval,
  type Approver,
  type Factor,
  type GrantScope,
  type Vote,
} from '../../protocol/approval.ts';

export type TestHuman = {
  readonly approver: Approver;
  readonly privateKey: KeyObject;
  vote(approval: Approval, decision: 'approve' | 'deny', options?: { scope?: GrantScope; reason?: string }): Vote;
  signControl(purpose: 'unlock' | 'enrol' | 'consent', fields: Readonly<Record<string, string>>): string;
};

export function testHuman(
  human: string,
  factor: Factor = 'passphrase',
  id = `apr-${human}-${factor}`,
  privateKey: KeyObject = generateKeyPairSync('ed25519').privateKey,
): TestHuman {
  const publicKey = createPublicKey(privateKey);
  const spki = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
  const signText = (text: string): string => sign(null, Buffer.from(text), privateKey).toString('base64');
  return {
    approver: { id, human, factor, publicKey: spki, enrolledAt: 0 },
    privateKey,
    vote(approval, decision, { scope = 'once', reason = '' } = {}) {
      const statement: Vote['statement'] = {
        version: 1,
        daemonId: approval.daemonId,
        approvalId: approval.id,
        actionDigest: approval.actionDigest,
        executedDigest: approval.executedDigest,
        policyDigest: approval.assessment.policyDigest,
        factsDigest: approval.factsDigest,
        decision,
        scope,
        grantPattern: approval.grantPatterns[scope] ?? '',
        expiresAt: approval.expiresAt,
        nonce: approval.nonce,
        approver: id,
        reason,
      };
      return { statement, signature: signText(voteMessage(statement)) };
    },
    signControl: (purpose, fields) => signText(controlMessage(purpose, fields)),
  };
}

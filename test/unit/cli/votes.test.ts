import fc from 'fast-check';
import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';

import { voteMessage, type Approval } from '../../../protocol/approval.ts';
import { actionDigest, canonicalJson } from '../../../sdk/typescript/digest.ts';
import { signVote } from '../../../sdk/typescript/votes.ts';
import { actionDigest as daemonsDigest } from '../../../daemon/gate/digest.ts';
import { testHuman } from '../../helpers/approver.ts';
import { assessment, execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const ballot = { decision: 'approve', scope: 'once', reason: '' } as const;

function approval(over: Partial<Approval> = {}): Approval {
  const action = execAction(['rm', '-rf', 'src']);
  const digest = actionDigest(action);
  return {
    id: 'apv-1', traceId: 't-1', state: 'pending', action, assessment: assessment(), agent: 'tester', session: 's-1',
    actionDigest: digest, executedDigest: digest, factsDigest: 'f', daemonId: 'd', nonce: 'n', createdAt: 1, expiresAt: 2,
    votes: [], quorum: 1, factorsNeeded: 1, waiting: 1, grantPatterns: { session: 'rm -rf src here' }, unbound: [], ...over,
  }; // prettier-ignore
}

describe('votes', () => {
  const human = testHuman('robin');
  const voter = { approver: human.approver.id, privateKey: human.privateKey };

  test('signs what the daemon verifies', () => {
    const { statement, signature } = signVote(approval(), { ...ballot, scope: 'session' }, voter);
    expect(statement.grantPattern).toBe('rm -rf src here');
    const key = createPublicKey(human.privateKey);
    expect(verify(null, Buffer.from(voteMessage(statement)), key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  test(verifies('cli:vote-digest'), () => {
    const other = approval({ action: execAction(['rm', '-rf', '/']) });
    expect(() => signVote(other, ballot, voter)).toThrow(expect.objectContaining({ code: 'conflict' }));
  });

  test(verifies('cli:vote-scope'), () => {
    const attempt = () => signVote(approval(), { ...ballot, scope: 'task' }, voter);
    expect(attempt).toThrow(expect.objectContaining({ code: 'bad_request' }));
  });
});

describe('the action digest', () => {
  test(verifies('cli:digest-context'), () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { minLength: 1 }), (reasoning, argv) => {
        const action = execAction(argv);
        expect(actionDigest({ ...action, context: { reasoning } })).toBe(actionDigest(action));
      }),
    );
  });

  test('is the one the daemon computes', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), (argv) => {
        expect(actionDigest(execAction(argv))).toBe(daemonsDigest(execAction(argv)));
      }),
    );
  });

  test('canonical JSON sorts names', () => {
    expect(canonicalJson({ b: 1, a: [true, null] })).toBe('{"a":[true,null],"b":1}');
    expect(() => canonicalJson(undefined)).toThrow(TypeError);
  });
});

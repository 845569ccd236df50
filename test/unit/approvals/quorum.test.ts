import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { ApprovalVote, Factor } from '../../../protocol/approval.ts';
import { hasVoted, requirementFor, tally } from '../../../daemon/approvals/quorum.ts';
import { testHuman } from '../../helpers/approver.ts';
import { verifies } from '../../helpers/verifies.ts';

const ann = testHuman('ann').approver;
const annPhone = testHuman('ann', 'passkey').approver;
const annFile = testHuman('ann', 'file').approver;
const bob = testHuman('bob').approver;
const bobFile = testHuman('bob', 'file').approver;

function vote(
  approver: { id: string; human: string; factor: Factor },
  decision: 'approve' | 'deny' = 'approve',
): ApprovalVote {
  return { approver: approver.id, human: approver.human, factor: approver.factor, decision, at: 0 };
}

describe('who has to agree', () => {
  test(verifies('quorum:unreachable'), () => {
    expect(requirementFor('medium', 1, [])).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('setup'),
    });
    expect(requirementFor('critical', 1, [ann])).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('approvers add'),
    });
    expect(requirementFor('critical', 3, [ann, bob])).toMatchObject({
      kind: 'unreachable',
      reason: expect.stringContaining('3 people'),
    });
  });

  test(verifies('quorum:solo'), () => {
    const requirement = requirementFor('critical', 1, [ann, annPhone]);
    expect(requirement).toEqual({ kind: 'factors', count: 2 });
    expect(tally(requirement, [vote(ann)]).state).toBe('pending');
    expect(tally(requirement, [vote(ann), vote(ann)]).state).toBe('pending');
    expect(tally(requirement, [vote(ann), vote(annPhone)]).state).toBe('approved');
  });

  test(verifies('quorum:silent'), () => {
    expect(requirementFor('critical', 2, [ann, annFile]).kind).toBe('unreachable');
    expect(requirementFor('critical', 2, [ann, bobFile]).kind).toBe('unreachable');
    const requirement = requirementFor('critical', 2, [ann, bob, bobFile]);
    expect(tally(requirement, [vote(ann), vote(bobFile)]).state).toBe('pending');
    expect(requirementFor('high', 1, [annFile])).toEqual({ kind: 'humans', count: 1, silentCounts: true });
  });

  test(verifies('quorum:humans'), () => {
    const requirement = requirementFor('critical', 2, [ann, annPhone, bob]);
    expect(tally(requirement, [vote(ann), vote(annPhone)]).state).toBe('pending');
    expect(tally(requirement, [vote(ann), vote(bob)]).state).toBe('approved');
    expect(hasVoted(requirement, [vote(ann)], annPhone)).toBe(true);
  });

  test('one deny settles it, whatever else was voted', () => {
    const people = [ann, annPhone, annFile, bob, bobFile];
    fc.assert(
      fc.property(fc.subarray(people), fc.constantFrom(...people), (approving, denying) => {
        const votes = [...approving.map((one) => vote(one)), vote(denying, 'deny')];
        return tally({ kind: 'humans', count: 1, silentCounts: true }, votes).state === 'denied';
      }),
    );
  });

  test('more approving votes never undo an approval', () => {
    const people = [ann, annPhone, annFile, bob, bobFile];
    fc.assert(
      fc.property(
        fc.subarray(people),
        fc.subarray(people),
        fc.constantFrom('low', 'medium', 'high', 'critical' as const),
        (first, more, band) => {
          const requirement = requirementFor(band, 1, people);
          const before = tally(
            requirement,
            first.map((one) => vote(one)),
          );
          const after = tally(
            requirement,
            [...first, ...more].map((one) => vote(one)),
          );
          return before.state !== 'approved' || after.state === 'approved';
        },
      ),
    );
  });
});

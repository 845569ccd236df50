/** What a policy beside the rules adds to an assessment. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { withOpinion } from '../../../../daemon/engine/opinion.ts';
import type { CompiledPolicy } from '../../../../daemon/engine/policy.ts';
import { Assessment, Verdict } from '../../../../protocol/assessment.ts';
import { RegoVerdict, type RegoFact, type RegoFinding } from '../../../../protocol/rego.ts';
import { assessment } from '../../../helpers/samples.ts';
import { verifies } from '../../../helpers/verifies.ts';

const policy = (onFailure: RegoVerdict = 'escalate'): CompiledPolicy => ({
  digest: 'p',
  rulesFor: () => [],
  bandCeilings: { low: 30, medium: 60, high: 80 },
  quorum: { low: 1, medium: 1, high: 1, critical: 2 },
  rego: { digest: 'r', onFailure },
});

const STRICTNESS = ['allow', 'compute', 'escalate', 'deny'];
const scored = [
  { rule: 'a', points: 40, reason: 'one', role: 'base' as const, operation: 0 },
  { rule: 'a/b', points: -20, reason: 'two', role: 'modifier' as const, operation: 0 },
];
const passing = assessment({ score: 20, band: 'low', verdict: 'allow', findings: scored });

function said(findings: RegoFinding[], verdict?: RegoVerdict) {
  const data: RegoFact = { kind: 'rego', at: 0, inputDigest: '', findings, ...(verdict && { verdict }) };
  return { kind: 'known', data } as const;
}

describe('an opinion', () => {
  test(verifies('rego:only-stricter'), () => {
    const finding = fc.record(
      { id: fc.string({ minLength: 1, maxLength: 8 }), points: fc.nat(100), reason: fc.constant('why'), verdict: fc.constantFrom(...RegoVerdict.options) },
      { requiredKeys: ['id', 'points', 'reason'] },
    ); // prettier-ignore
    const before = fc.record({ score: fc.nat(100), verdict: fc.constantFrom(...Verdict.options) });
    fc.assert(
      fc.property(before, fc.array(finding, { maxLength: 5 }), fc.option(fc.constantFrom(...RegoVerdict.options)), ({ score, verdict }, findings, whole) => {
        const given = assessment({ score, verdict, findings: [{ rule: 'a', points: score, reason: 'one', role: 'base', operation: 0 }] });
        const after = withOpinion(given, said(findings, whole ?? undefined), policy());
        expect(after.score).toBeGreaterThanOrEqual(score);
        expect(STRICTNESS.indexOf(after.verdict)).toBeGreaterThanOrEqual(STRICTNESS.indexOf(verdict));
        const points = after.findings.filter(({ role }) => role !== 'also').reduce((sum, one) => sum + one.points, 0);
        expect(points).toBe(after.score);
        expect(after.quorum).toBeGreaterThanOrEqual(given.quorum);
        expect(Assessment.parse(after)).toEqual(after);
      }),
    ); // prettier-ignore
  });

  test('with more points than the rules sets the score, and the rules are still named', () => {
    const after = withOpinion(passing, said([{ id: 'x', points: 90, reason: 'frozen' }]), policy());
    expect(after).toMatchObject({ score: 90, band: 'critical', verdict: 'escalate', quorum: 2 });
    expect(after.findings).toMatchObject([
      { rule: 'rego:x', points: 90, role: 'base' },
      { rule: 'a', points: 20, role: 'also' },
      { rule: 'a/b', points: -20, role: 'also' },
    ]);
  });

  test('that asks a human takes a rewrite and a later look away', () => {
    const computed = assessment({ verdict: 'compute', rewrite: ['ls'], review: true });
    const after = withOpinion(computed, said([], 'escalate'), policy());
    expect(after).toMatchObject({ verdict: 'escalate' });
    expect(after).not.toHaveProperty('rewrite');
    expect(after).not.toHaveProperty('review');
    expect(withOpinion(computed, said([]), policy())).toBe(computed);
  });

  test(verifies('rego:fails-closed'), () => {
    const unknown = { kind: 'unknown', reason: 'it took longer than 250 ms and was ended' } as const;
    expect(withOpinion(passing, unknown, policy())).toMatchObject({
      score: 20,
      verdict: 'escalate',
      findings: [{}, {}, { rule: 'rego:no-answer', reason: expect.stringContaining('longer than 250 ms') as string }],
    });
    expect(withOpinion(passing, unknown, policy('deny')).verdict).toBe('deny');
    expect(withOpinion(passing, { kind: 'missing' }, policy()).verdict).toBe('escalate');
  });
});

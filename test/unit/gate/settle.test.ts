import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Assessment } from '../../../protocol/assessment.ts';
import { settle, type Circumstances } from '../../../daemon/gate/settle.ts';
import { assessment } from '../../helpers/samples.ts';

const humans = { kind: 'humans', count: 1, silentCounts: true } as const;
const calm: Circumstances = { mode: 'enforce', paused: false, revoked: false, grant: undefined, requirement: humans };

const verdicts = fc.constantFrom<Assessment['verdict']>('allow', 'deny', 'escalate', 'compute');
const circumstances = fc.record({
  mode: fc.constantFrom('observe' as const, 'enforce' as const),
  paused: fc.boolean(),
  revoked: fc.boolean(),
  grant: fc.constant(undefined),
  requirement: fc.constantFrom<Circumstances['requirement']>(humans, { kind: 'unreachable', reason: 'nobody' }),
});

describe('from assessment to course', () => {
  test('the score decides when nothing else does', () => {
    expect(settle(assessment({ verdict: 'allow' }), calm)).toEqual({ kind: 'allow', by: 'score' });
    expect(settle(assessment({ verdict: 'escalate' }), calm)).toEqual({ kind: 'ask', requirement: humans });
    expect(settle(assessment({ verdict: 'deny' }), calm)).toMatchObject({ kind: 'deny', code: 'denied_by_rule' });
    expect(settle(assessment({ verdict: 'compute', rewrite: ['ls'] }), calm)).toEqual({
      kind: 'compute',
      argv: ['ls'],
    });
    expect(settle(assessment({ verdict: 'compute' }), calm).kind).toBe('ask');
  });

  test('a forced denial holds in every mode, pause and grant', () => {
    fc.assert(
      fc.property(
        circumstances,
        (around) => settle(assessment({ verdict: 'deny', forced: true }), around).kind === 'deny',
      ),
    );
  });

  test('a revoked session is denied whatever it asks', () => {
    fc.assert(
      fc.property(
        verdicts,
        circumstances,
        (verdict, around) => settle(assessment({ verdict }), { ...around, revoked: true }).kind === 'deny',
      ),
    );
  });

  test('in enforce mode, without a pause or a grant, only an assessment that allows is allowed', () => {
    fc.assert(
      fc.property(verdicts, circumstances, (verdict, around) => {
        const course = settle(assessment({ verdict }), { ...around, mode: 'enforce', paused: false });
        return course.kind !== 'allow' || verdict === 'allow';
      }),
    );
  });

  test('nobody to ask is a denial that says so', () => {
    const course = settle(assessment(), { ...calm, requirement: { kind: 'unreachable', reason: 'enrol somebody' } });
    expect(course).toMatchObject({ kind: 'deny', code: 'approvers_missing', detail: 'enrol somebody' });
  });
});

/** Judging again, and telling what differs. */
import { describe, expect, test } from 'vitest';

import { lazySqlParsers } from '../../../daemon/engine/sql/load.ts';
import { ENGINE_VERSION } from '../../../daemon/engine/version.ts';
import { loadPolicies } from '../../../daemon/policy/load.ts';
import { compare } from '../../../daemon/replay/compare.ts';
import type { RecordedAction } from '../../../daemon/replay/recorded.ts';
import { rejudge } from '../../../daemon/replay/rejudge.ts';
import type { Assessment, Finding } from '../../../protocol/assessment.ts';
import { FactNeed, factKey } from '../../../protocol/facts.ts';
import { assessment, execAction } from '../../helpers/samples.ts';

function recorded(over: Partial<Assessment>): RecordedAction {
  const given = assessment({ engine: ENGINE_VERSION, ...over });
  const action = execAction(['rm', 'x']);
  return { kind: 'recorded', seq: 1, traceId: 't1', at: 0, action, facts: [], assessment: given, text: JSON.stringify(given) };
} // prettier-ignore

const finding = (rule: string, points: number, role: Finding['role'] = 'base'): Finding => ({ rule, points, reason: 'why', role, operation: 0 }); // prettier-ignore

function direction(before: Partial<Assessment>, after: Partial<Assessment>): string {
  return compare(recorded(before), { assessment: assessment({ ...before, ...after }), unrecorded: [] }).direction;
}

describe('the direction of a difference', () => {
  test.each<[string, Partial<Assessment>, Partial<Assessment>]>([
    ['same', { score: 31, band: 'medium', verdict: 'escalate' }, { score: 60 }],
    ['stricter', { verdict: 'allow' }, { verdict: 'compute' }],
    ['stricter', { verdict: 'compute' }, { verdict: 'escalate' }],
    ['stricter', { verdict: 'escalate' }, { verdict: 'deny' }],
    ['looser', { verdict: 'deny' }, { verdict: 'escalate' }],
    ['stricter', { verdict: 'escalate', band: 'high' }, { band: 'critical' }],
    ['looser', { verdict: 'escalate', band: 'critical' }, { band: 'medium' }],
    ['stricter', { verdict: 'deny', forced: false }, { forced: true }],
    ['looser', { verdict: 'deny', band: 'low' }, { verdict: 'escalate', band: 'critical' }],
  ])('%s', (wanted, before, after) => expect(direction(before, after)).toBe(wanted));
});

test('each finding that differs is told once', () => {
  const before = { findings: [finding('gone', 40), finding('moved', 10, 'also'), finding('kept', 5, 'also')] };
  const after = { findings: [finding('new', 50), finding('moved', 12, 'also'), finding('kept', 5, 'also')] };
  const { changes } = compare(recorded(before), { assessment: assessment(after), unrecorded: [] });
  expect(changes.map(({ change, rule }) => `${change} ${rule}`).toSorted()).toEqual(['added new', 'changed moved', 'removed gone']); // prettier-ignore
});

test('another text under the same policy and engine is a fault', () => {
  const given = recorded({ policyDigest: 'p' });
  expect(compare(given, { assessment: { ...given.assessment, operations: [], effects: [], obligations: [], quorum: 1, unknowns: [] }, unrecorded: [] })).toMatchObject({ exact: true, identical: false }); // prettier-ignore
  const same = { assessment: JSON.parse(given.text) as Assessment, unrecorded: [] };
  expect(compare(given, same)).toMatchObject({ exact: true, identical: true, direction: 'same', changes: [] });
});

test('what was not recorded is unknown, and is named', () => {
  const { policy } = loadPolicies([]);
  const { assessment: judged, unrecorded } = rejudge({ action: execAction(['rm', '-rf', 'src']), facts: [] }, policy, lazySqlParsers()); // prettier-ignore
  expect(unrecorded.map(({ kind }) => kind)).toContain('tree');
  expect(judged.unknowns).toContain('tree: not looked at');
});

test('a question that was stored and read back is the same question', () => {
  const need = { path: '/work', only: { split: false, whole: true, from: '.', minDepth: 0, anyOf: [[{ value: '*.log', test: 'name', ignoreCase: false, not: false }]] }, kind: 'tree' } as const; // prettier-ignore
  const read = FactNeed.parse(JSON.parse(JSON.stringify(need)));
  expect(JSON.stringify(read)).not.toBe(JSON.stringify(need));
  expect(factKey(read)).toBe(factKey(need));
  expect(factKey({ ...need, only: { ...need.only, maxDepth: undefined } })).toBe(factKey(need));
  expect(factKey({ ...need, only: { ...need.only, maxDepth: 1 } })).not.toBe(factKey(need));
});

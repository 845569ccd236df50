/** What a repository asks for, joined to the policy in force. */
import { describe, expect, test } from 'vitest';

import { assess } from '../../../daemon/engine/assess.ts';
import { keepPolicies } from '../../../daemon/facts/kept-policies.ts';
import { overWorkspaces } from '../../../daemon/policy/workspace.ts';
import { rejudge } from '../../../daemon/replay/rejudge.ts';
import type { Action } from '../../../protocol/action.ts';
import { factKey, type FactNeed, type FactRecord, type FactValue } from '../../../protocol/facts.ts';
import { verifies } from '../../helpers/verifies.ts';
import { DEFAULT } from '../engine/judge/fixtures.ts';

const CWD = '/home/ada/app';
const POLICY = overWorkspaces(DEFAULT);
const PARSERS = { sql: () => null };

function commit(...words: readonly string[]): Action {
  return { kind: 'exec', argv: ['git', 'commit', '-m', 'x', ...words], cwd: CWD, env: {}, agent: 'a', session: 's', stdin: 'null' }; // prettier-ignore
}

function found(text: string): FactValue {
  const files = [{ file: `${CWD}/.countersign/policies/p.yaml`, text }];
  return { known: true, data: { kind: 'workspace-policy', files, problems: [] } };
}

function answered(need: FactNeed, value: FactValue): FactRecord {
  return { need, value: need.kind === 'workspace-policy' ? value : { known: false, reason: 'not here' } };
}

function judged(action: Action, value: FactValue) {
  const facts: FactRecord[] = [];
  for (;;) {
    const known = new Map(facts.map((record) => [factKey(record.need), record.value]));
    const result = assess(action, known, POLICY, PARSERS);
    if (result.kind === 'assessed') return { action, facts, assessment: result.assessment };
    facts.push(...result.needs.map((need) => answered(need, value)));
  }
}

const rule = (condition: string): string =>
  `version: 1\nrules:\n  - { id: r, on: vcs.commit, points: 50, reason: r, if: ${JSON.stringify(condition)} }\n`;

test(verifies('policy:of-repository-replay'), () => {
  const recorded = judged(commit(), found(rule('true')));
  expect(recorded.assessment.findings[0]).toMatchObject({ rule: 'workspace:r', points: 50 });
  expect(rejudge(recorded, POLICY, PARSERS)).toEqual({ assessment: recorded.assessment, unrecorded: [] });
  // Recorded before anybody asked: judged by the other policies, and nothing is taken for broken.
  const older = { ...recorded, facts: recorded.facts.filter(({ need }) => need.kind !== 'workspace-policy') };
  const again = rejudge(older, POLICY, PARSERS);
  expect(again.assessment.findings.filter((one) => one.rule.startsWith('workspace:'))).toEqual([]);
  expect(again.unrecorded).toEqual([{ kind: 'workspace-policy', cwd: CWD }]);
});

describe(verifies('policy:of-repository-patterns'), () => {
  const each = `[${Array.from({ length: 50 }, (_, at) => at).join(',')}].exists(x, action.cwd.matches('(a?){40}b'))`;

  test('patterns that would be tried without end make it one that does not load', () => {
    const [finding] = judged(commit(), found(rule(each))).assessment.findings;
    expect([finding?.rule, finding?.reason]).toEqual([
      'workspace:broken',
      expect.stringContaining('too many or too long'),
    ]);
  });

  test('what is long to read counts as matching', () => {
    const text = found(rule("operation.argv.exists(word, word.matches('^nothing of the kind$'))"));
    expect(judged(commit('x'.repeat(5_000)), text).assessment.score).toBeLessThan(31);
    expect(judged(commit(...Array.from({ length: 100 }, () => 'x'.repeat(300))), text).assessment.score).toBe(50);
  });
});

test(verifies('policy:of-repository-bounded'), () => {
  const text = found(rule('operation.argv.exists(word, word == "nothing of the kind")'));
  const words = (count: number): string[] => Array.from({ length: count }, (_, at) => `f${at}`);
  expect(judged(commit(...words(400)), text).assessment.score).toBeLessThan(31);
  expect(judged(commit(...words(600)), text).assessment.score).toBe(50);
});

test(`${verifies('policy:of-repository-broken')}: nobody could look`, () => {
  const { assessment } = judged(commit(), { known: false, reason: 'out of time', failed: true });
  expect([assessment.verdict, assessment.findings[0]?.rule]).toEqual(['escalate', 'workspace:broken']);
  expect(assessment.findings[0]?.reason).toContain('out of time');
});

describe(verifies('facts:kept-policies'), () => {
  const need: FactNeed = { kind: 'workspace-policy', cwd: CWD };
  function keeper(answers: readonly FactValue[]) {
    const clock = { ms: 0 };
    let asked = 0;
    const look = async (needs: readonly FactNeed[]) =>
      needs.map((one): FactRecord => ({ need: one, value: answers[asked++] ?? { known: false, reason: 'no more', failed: true } })); // prettier-ignore
    const looker = { look, warm: async () => undefined, close: async () => undefined };
    return { clock, asked: () => asked, looker: keepPolicies(looker, () => clock.ms) };
  }
  const LATE: FactValue = { known: false, reason: 'out of time', failed: true };

  test('only for a moment', async () => {
    const { clock, looker, asked } = keeper([found('a'), found('b')]);
    expect(looker.recent?.(CWD)).toBeUndefined();
    const first = await looker.look([need]);
    clock.ms = 400;
    expect(await looker.look([need])).toEqual(first);
    expect(looker.recent?.(CWD)).toEqual(first[0]);
    clock.ms = 600;
    expect(await looker.look([need])).toEqual([{ need, value: found('b') }]);
    expect(asked()).toBe(2);
  });

  test('longer where nobody can look, but not for ever', async () => {
    const { clock, looker } = keeper([found('a'), LATE, LATE, LATE, LATE]);
    await looker.look([need]);
    clock.ms = 50_000;
    expect(await looker.look([need])).toEqual([{ need, value: found('a') }]);
    clock.ms = 61_000;
    expect(await looker.look([need])).toEqual([{ need, value: LATE }]);
  });

  test('more looks are taken before anything counts as broken', async () => {
    for (const late of [[LATE], [LATE, LATE]]) {
      const { looker } = keeper([...late, found('a')]);
      expect(await looker.look([need])).toEqual([{ need, value: found('a') }]);
    }
    const { looker, asked } = keeper(Array.from({ length: 9 }, () => LATE));
    expect(await looker.look([need])).toEqual([{ need, value: LATE }]);
    expect(asked()).toBe(3);
  });

  test('who looks is waited for before it is asked again', async () => {
    let started = false;
    const look = async (needs: readonly FactNeed[]) => needs.map((one): FactRecord => ({ need: one, value: started ? found('a') : LATE })); // prettier-ignore
    const warm = async (): Promise<void> => void (started = true);
    const looker = keepPolicies({ look, warm, close: async () => undefined }, () => 0);
    expect(await looker.look([need])).toEqual([{ need, value: found('a') }]);
  });
});

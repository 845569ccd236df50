/** Rules made out of near-misses. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';

import { draftRule, policyOf, type Direction } from '../../../cli/offline/near-miss/draft.ts';
import { judgeAgain, type NearMiss } from '../../../cli/offline/near-miss/near-miss.ts';
import { loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../daemon/policy/decision-test-facts.ts';
import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import type { Action } from '../../../protocol/action.ts';
import type { FactNeed, FactRecord } from '../../../protocol/facts.ts';
import { execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const sources = readPolicyFolder(join(import.meta.dirname, '../../../policies/default'), 'built-in');
const parsers = await loadSqlParsers();
const SESSION = 'run-0';

function known(need: FactNeed, data: Record<string, unknown> = {}): FactRecord {
  return { need, value: answerFor({ need, data }) };
}

function deletion(path: string, denied: object[] = []): NearMiss {
  const counts = { files: 9, tracked: 4, dirty: 5 };
  const facts = [
    known({ kind: 'tree', path }, { counts, realPath: path }),
    known({ kind: 'path', path: '/work/' }, { type: 'directory' }),
    known({ kind: 'session', session: SESSION }, { denied }),
  ];
  return miss(execAction(['rm', '-rf', path.replace('/work/', '')]), facts);
}

function miss(action: Action, facts: readonly FactRecord[] = [known({ kind: 'session', session: SESSION })]): NearMiss {
  return { traceId: 't0Near_Miss', at: 1_790_000_000_000, action, facts };
}

function draft(given: NearMiss, direction: Direction) {
  const drafted = draftRule(given, { direction, file: 'from.yaml', reason: undefined }, { sources, parsers });
  const policy = policyOf([...sources, drafted.source]);
  const verdict = (other: NearMiss): string => judgeAgain(other, policy, parsers).assessment.verdict;
  const tests = testPolicy(policy, [{ file: 'from.test.yaml', text: drafted.tests }], parsers);
  return {
    drafted,
    verdict,
    tests,
    content: parse(drafted.rule) as { rules?: object[]; allow?: { rules: string[] }[] },
  };
}

describe(verifies('policy-from:rule'), () => {
  test('a refusal is about what it falls on, however that is spelled', () => {
    const { verdict, tests, content } = draft(deletion('/work/src'), 'deny');
    expect(content.rules).toMatchObject([{ id: 'from.t0nearmiss', on: 'file.delete', match: { targets: ['/work/src'] }, verdict: 'deny' }]);
    expect(tests).toMatchObject({ passed: 2, failed: [] });
    expect(verdict(deletion('/work/src'))).toBe('deny');
    const found = { ...deletion('/work/src'), action: execAction(['find', 'src', '-delete']) };
    expect(verdict(found)).toBe('deny');
    expect(verdict(deletion('/work/other'))).toBe('escalate');
  });

  test('what was let through is asked about from now on', () => {
    const listing = miss(execAction(['terraform', 'plan']));
    const { verdict, tests } = draft(listing, 'ask');
    expect(verdict(listing)).toBe('escalate');
    expect(tests).toMatchObject({ passed: 2, failed: [] });
  });

  test('what is let pass is this and nothing beside it', () => {
    const { verdict, tests, content } = draft(deletion('/work/src'), 'allow');
    expect(content.allow).toMatchObject([{ on: 'file.delete', match: { targets: ['/work/src'], programs: ['rm'], workspaces: ['/work'] } }]);
    expect(content.allow?.[0]?.rules.length).toBeGreaterThan(0);
    expect(verdict(deletion('/work/src'))).toBe('allow');
    expect(verdict(deletion('/work/other'))).toBe('escalate');
    expect(verdict({ ...deletion('/work/src'), action: execAction(['find', 'src', '-delete']) })).not.toBe('allow');
    expect(tests).toMatchObject({ passed: 2, failed: [] });
  });

  test('a tool is named where it is one', () => {
    const refund: Action = { kind: 'tool', tool: 'issue_refund', args: { customer: 'eve', amount: 4 }, cwd: '/work', env: {}, agent: 'a', session: SESSION };
    const { tests, content, verdict } = draft(miss(refund), 'allow');
    expect(content.allow).toMatchObject([{ match: { tools: ['issue_refund'] } }]);
    expect(verdict(miss({ ...refund, args: { customer: 'mallory', amount: 4 } }))).toBe('escalate');
    expect(tests.failed).toEqual([]);
  });

  test('what was denied before, what cannot be told and what passes anyway cannot be allowed', () => {
    const denied = [{ effect: 'file.delete', target: '/work/src', reason: 'keep it', traceId: 't0' }];
    expect(() => draft(deletion('/work/src', denied), 'allow')).toThrow('was denied before');
    expect(() => draft(miss(execAction(['sh', '-c', 'rm -rf "$WHERE"'])), 'allow')).toThrow('cannot be allowed');
    expect(() => draft(miss(execAction(['terraform', 'plan'])), 'allow')).toThrow('it is allowed already');
  });

  test('words of an agent are no template', () => {
    const { drafted, verdict } = draft(deletion('/work/${effect.files}'), 'deny');
    expect(verdict(deletion('/work/${effect.files}'))).toBe('deny');
    expect(drafted.rule).toContain('$ {effect.files}');
  });
}); // prettier-ignore

/** Rules made out of actions whose names were chosen to say more than they do. */
import fc from 'fast-check';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { draftRule, policyOf, type Direction, type Drafted } from '../../../cli/offline/near-miss/draft.ts';
import { judgeAgain, type NearMiss } from '../../../cli/offline/near-miss/near-miss.ts';
import { loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../daemon/policy/decision-test-facts.ts';
import { testPolicy } from '../../../daemon/policy/decision-tests.ts';
import { readPolicyFolder } from '../../../daemon/policy/folder.ts';
import type { Action } from '../../../protocol/action.ts';
import { execAction } from '../../helpers/samples.ts';
import { verifies } from '../../helpers/verifies.ts';

const sources = readPolicyFolder(join(import.meta.dirname, '../../../policies/default'), 'built-in');
const parsers = await loadSqlParsers();
const SESSION = 'run-0';
const RUNS = 12;
const PATIENCE_MS = 180_000;

function miss(action: Action): NearMiss {
  const need = { kind: 'session' as const, session: SESSION };
  return { traceId: 't0', at: 1_790_000_000_000, action, facts: [{ need, value: answerFor({ need, data: {} }) }] };
}

/** `undefined` when it is refused in words. */
function drafted(given: NearMiss, direction: Direction): Drafted | undefined {
  try {
    return draftRule(given, { direction, file: 'from.yaml', reason: undefined }, { sources, parsers });
  } catch (error) {
    if (error instanceof Error && /^(?:it cannot be allowed|it is allowed already|no rule of yours|no rule can name it|it has no effect)/u.test(error.message)) return undefined;
    throw error;
  }
} // prettier-ignore

function verdictUnder(draft: Drafted, other: NearMiss): string {
  return judgeAgain(other, policyOf([...sources, draft.source]), parsers).assessment.verdict;
}

const call = (over: object): Action => ({
  kind: 'mcp',
  server: 'bank',
  tool: 'issue_refund',
  args: {},
  cwd: '/work',
  env: {},
  agent: 'a',
  session: SESSION,
  ...over,
});

describe(verifies('policy-from:names'), () => {
  test.each<[string, Action, Action]>([
    ['tool', call({ tool: 'issue_*' }), call({ tool: 'issue_card' })],
    ['tool alone', call({ tool: '**' }), call({ tool: 'delete_customer' })],
    ['server', call({ server: '*' }), call({ server: 'bank-of-others' })],
    ['program', execAction(['./to*', 'x']), execAction(['./tool', 'x'])],
    ['folder', { ...execAction(['./tool', 'x']), cwd: '/work/*' }, { ...execAction(['./tool', 'x']), cwd: '/work/b' }],
  ])('a %s whose name is a pattern lets no other pass', (_, given, other) => {
    const draft = drafted(miss(given), 'allow');
    if (draft === undefined) return;
    expect(verdictUnder(draft, miss(other))).not.toBe('allow');
  });

  test('to refuse what is named like a pattern refuses nothing else', () => {
    for (const argv of [
      ['rm', '-rf', '/work/*'],
      ['rm', '*'],
      ['rm', '**'],
    ]) {
      const given = miss({ ...execAction(['git', 'status']), argv }); // its own words
      const draft = drafted(given, 'deny');
      if (draft === undefined) continue;
      expect(verdictUnder(draft, miss(execAction(['rm', '/elsewhere/x']))), argv.join(' ')).not.toBe('deny');
    }
  });
});

const hostile = fc.oneof(
  fc.constantFrom('*', '**', '!x', '&a', '*a', '- x', ': ', '#', '"', "'", '${target}', '{{x}}', '%TAG', '---', '...', '\u2028', '\u0085', '\u0007', '\ufeff', '~', 'null', 'yes', '0x1', '1e9', '<<', '__proto__', '\u202e', '\r\n', '\ttab', '\n- id: x', '\ud83d\ude00', 'a'.repeat(400)),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary', maxLength: 12 }).map((text) => text.toWellFormed()),
); // prettier-ignore
const text = fc.array(hostile, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(''));

describe(verifies('policy-from:any-words'), () => {
  test.each<Direction>(['deny', 'ask', 'allow'])('what is made to %s loads, means this case, and its tests pass', (direction) => {
    const action = fc.oneof(
      text.map((name) => call({ tool: name })),
      fc.tuple(text, text).map(([server, key]) => call({ server, args: { [key]: server } })),
      fc.tuple(text, text).map(([program, word]) => execAction([program, word])),
      text.map((name) => execAction(['rm', '-rf', name])),
      text.map((folder) => ({ ...execAction(['terraform', 'destroy', '-auto-approve']), cwd: `/work/${folder}` })),
    );
    fc.assert(
      fc.property(action, (given) => {
        const draft = drafted(miss(given), direction);
        if (draft === undefined) return;
        const policy = policyOf([...sources, draft.source]);
        expect(testPolicy(policy, [{ file: 'from.test.yaml', text: draft.tests }], parsers).failed).toEqual([]);
        expect(verdictUnder(draft, miss(given))).toBe({ deny: 'deny', ask: 'escalate', allow: 'allow' }[direction]);
        expect(verdictUnder(draft, miss(execAction(['ls', '/elsewhere'])))).toBe('allow');
        expect(verdictUnder(draft, miss(call({ server: 'other', tool: 'wire_money', args: { amount: 1 } })))).toBe(before);
      }),
      { numRuns: RUNS },
    );
  }, PATIENCE_MS);
}); // prettier-ignore

const before = judgeAgain(miss(call({ server: 'other', tool: 'wire_money', args: { amount: 1 } })), policyOf(sources), parsers).assessment.verdict; // prettier-ignore

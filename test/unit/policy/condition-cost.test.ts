/** Conditions that would take for ever are refused when they are loaded: nothing stops them later. */
import { describe, expect, test } from 'vitest';

import { loadPolicies } from '../../../daemon/policy/load.ts';
import { verifies } from '../../helpers/verifies.ts';

const list = (length: number): string => `[${Array.from({ length }, () => '1').join(',')}]`;

function problems(condition: string): readonly string[] {
  const text = `version: 1\nrules:\n  - { id: a.b, on: file.delete, points: 50, reason: x, if: ${JSON.stringify(condition)} }\n`;
  return loadPolicies([{ layer: 'user', file: 'f.yaml', text }]).problems.map(({ message }) => message);
}

describe(verifies('policy:condition-cost'), () => {
  test.each([
    ['lists within lists', `${list(900)}.exists(x, ${list(900)}.exists(y, x + y == 3))`, 'more than 1000 values'],
    ['lists made of lists', `${list(900)}.map(x, ${list(900)}).exists(y, size(y) == 1)`, 'more than 1000 values'],
    ['lists joined', `(${list(300)} + ${list(300)}).exists(x, ${list(2)}.exists(y, x == y))`, 'more than 1000 values'],
    ['groups that are counted within each other', "action.cwd.matches('((a{50}){50}){50}')", 'repeats something'],
    ['a pattern without end', `action.cwd.matches('${'a?'.repeat(600)}')`, 'pattern is longer than'],
    ['a pattern for each of many', `${list(900)}.exists(x, action.cwd.matches('${'a?'.repeat(100)}'))`, 'a pattern within a loop'],
  ])('%s', (_, condition, words) => expect(problems(condition).join()).toContain(words));

  test.each([
    "effects.all(a, targets.exists(b, a.kind == b.name))",
    "['a', 'b'].exists(p, operation.argv.exists(word, word.matches('^' + p)))",
    "action.cwd.matches('^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$')",
    `${list(1000)}.exists(x, x == 2)`,
  ])('what a person may well write is not: %s', (condition) => expect(problems(condition)).toEqual([]));
}); // prettier-ignore

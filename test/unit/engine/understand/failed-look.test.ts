/** Code whose text nobody could look at in time is never taken for the project's own. */
import { describe, expect, test } from 'vitest';

import { assess } from '../../../../daemon/engine/assess.ts';
import { noParsers } from '../../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import { Action } from '../../../../protocol/action.ts';
import { factKey, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { verifies } from '../../../helpers/verifies.ts';
import { DEFAULT } from '../judge/fixtures.ts';

const ROUNDS = 12;

function scoreOf(source: string, text: FactValue): number {
  const action = Action.parse({ kind: 'exec', argv: ['sh', '-c', source], cwd: '/work/app', env: {}, session: 's' });
  const facts = new Map<string, FactValue>();
  const answer = (need: FactNeed): FactValue => (need.kind === 'text' || need.kind === 'path' ? text : answerFor({ need })); // prettier-ignore
  for (let round = 0; round < ROUNDS; round++) {
    const result = assess(action, facts, DEFAULT, noParsers);
    if (result.kind === 'assessed') return result.assessment.score;
    for (const need of result.needs) facts.set(factKey(need), answer(need));
  }
  throw new Error('asks without end');
}

const LATE: FactValue = { known: false, reason: 'not answered within 1500 ms', failed: true };
const NOTHING: FactValue = { known: false, reason: 'the folder is not on this machine' };

describe(verifies('understand:failed-look'), () => {
  test.each(['bash build.sh', '. ./build.sh', 'make', 'just test', 'npm test'])('%s', (source) => {
    expect(scoreOf(source, LATE)).toBeGreaterThan(30);
    expect(scoreOf(source, NOTHING)).toBeLessThanOrEqual(30);
  });
});

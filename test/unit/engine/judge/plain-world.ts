/** Judges shell lines in a project where nothing lies but what a test says. */
import { assess } from '../../../../daemon/engine/assess.ts';
import { loadSqlParsers } from '../../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../../daemon/policy/decision-test-facts.ts';
import { Action } from '../../../../protocol/action.ts';
import type { Assessment } from '../../../../protocol/assessment.ts';
import { factKey, type FactNeed, type FactValue } from '../../../../protocol/facts.ts';
import { CWD, DEFAULT, type Given } from './fixtures.ts';

const parsers = await loadSqlParsers();

function nothingThere(need: FactNeed): Given {
  switch (need.kind) {
    case 'path':
      return { need, data: need.path === `${CWD}/` ? { type: 'directory' } : { type: 'missing' } };
    case 'tree':
    case 'text':
      return { need, data: { exists: false } };
    case 'restorable':
      return { need, data: { files: 0, notRestorable: [{ path: CWD, reason: 'nothing is saved here' }] } };
    default:
      return { need };
  }
}

export function judgedHere(line: string, given: readonly Given[] = []): Assessment {
  const action = Action.parse({ kind: 'exec', argv: ['sh', '-c', line], cwd: CWD, env: {}, session: 's' });
  const facts = new Map(given.map((fact): [string, FactValue] => [factKey(fact.need), answerFor(fact)]));
  for (;;) {
    const result = assess(action, facts, DEFAULT, parsers);
    if (result.kind === 'assessed') return result.assessment;
    for (const need of result.needs) facts.set(factKey(need), answerFor(nothingThere(need)));
  }
}

/** Of a file that git does not have and nothing brings back. */
export function lonely(path: string): readonly Given[] {
  return [
    { need: { kind: 'path', path }, data: { type: 'file', realPath: path } },
    { need: { kind: 'tree', path }, data: { counts: { files: 1, bytes: 10, untracked: 1 } } },
  ];
}

/** The effects of an action in a world where nothing lies. */
import { assess } from '../../../daemon/engine/assess.ts';
import { loadSqlParsers } from '../../../daemon/engine/sql/load.ts';
import { answerFor } from '../../../daemon/policy/decision-test-facts.ts';
import type { Action } from '../../../protocol/action.ts';
import { factKey, type FactNeed, type FactValue } from '../../../protocol/facts.ts';
import { DEFAULT, type Given } from '../engine/judge/fixtures.ts';

const parsers = await loadSqlParsers();

function nothingThere(need: FactNeed): Given {
  if (need.kind === 'path') return { need, data: { type: 'missing' } };
  return need.kind === 'tree' || need.kind === 'text' ? { need, data: { exists: false } } : { need };
}

/** As `kind target target`. */
export function effectsOfAction(action: Action): string[] {
  const facts = new Map<string, FactValue>();
  for (;;) {
    const result = assess(action, facts, DEFAULT, parsers);
    if (result.kind === 'assessed') {
      const { effects } = result.assessment;
      return effects.map(({ kind, targets }) => [kind, ...targets.map(({ name }) => name)].join(' '));
    }
    for (const need of result.needs) facts.set(factKey(need), answerFor(nothingThere(need)));
  }
}

/** Keeps what nobody established from taking points away. */
import type { RuleSubject } from '../engine/policy.ts';
import type { Condition, Expr } from './native-condition.ts';
import { fieldsOf, variablesOf } from './free-names.ts';
import { ABSENT, isWholeHistory } from './vocabulary.ts';

/**
 * INVARIANT: an attribute that is absent reads as zero or `unknown`, and a condition that lowers a score must not take
 * that for an answer. A flag that is absent is one that the command was not given.
 */
export function onlyOfWhatIsKnown(expr: Expr, condition: Condition): Condition {
  const attributes = [...fieldsOf(expr, 'effect')].filter(isMeasured);
  const variables = variablesOf(expr);
  const asksWhen = ['now', 'user', 'spend'].some((name) => variables.has(name));
  const asksSession = variables.has('session');
  if (attributes.length === 0 && !asksWhen && !asksSession) return condition;
  const isKnown = ({ effect, circumstances, session }: RuleSubject): boolean =>
    attributes.every((name) => Object.hasOwn(effect.attributes, name)) &&
    (!asksWhen || circumstances !== undefined) &&
    (!asksSession || isWholeHistory(session));
  return (subject) => (isKnown(subject) ? condition(subject) : undefined);
}

function isMeasured(name: string): boolean {
  return Object.hasOwn(ABSENT, name) && typeof ABSENT[name as keyof typeof ABSENT] !== 'boolean';
}

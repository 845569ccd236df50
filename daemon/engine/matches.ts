/** Puts one effect before the rules that listen to it. */
import type { Obligation, Verdict } from '../../protocol/assessment.ts';
import type { Effect } from '../../protocol/effect.ts';
import type { Case } from './judge.ts';
import type { CompiledPolicy, CompiledRule, RuleSubject } from './policy.ts';

/** Something that changed the points of a rule that matched. */
export type Change = {
  readonly id: string;
  readonly points: number;
  readonly reason: string;
  /** A person made the rule weaker: said even where the rule does not set the score. */
  readonly loosens: boolean;
};

/** A rule that matched an effect, with what changed its points. */
export type Match = {
  readonly rule: CompiledRule;
  readonly changes: readonly Change[];
  readonly subject: RuleSubject;
  readonly points: number;
  /** What the rule forces, unless a person allowed it. */
  readonly verdict: Exclude<Verdict, 'allow'> | undefined;
};

export function matchesOf(given: Case, policy: CompiledPolicy): Match[] {
  const effects = given.effects.filter(isReal);
  const ofEffects = effects.flatMap((effect) => matchesOn(effect, policy.rulesFor(effect.kind), given));
  const rules = policy.actionRules ?? [];
  return rules.length === 0 ? ofEffects : [...ofEffects, ...matchesOn(given.effects[0] ?? NO_EFFECT, rules, given)];
}

export function obligationsOf(matches: readonly Match[]): Obligation[] {
  const all = matches.flatMap(({ rule }) => rule.obligations);
  return [...new Map(all.map((obligation) => [JSON.stringify(obligation), obligation])).values()];
}

/** What a rule about the action as a whole is shown when the action does nothing known. */
const NO_EFFECT: Effect = { kind: 'code.run', targets: [], attributes: {}, operation: 0 };

/** A rehearsal does nothing, so no rule speaks of it; code and Countersign itself are judged all the same. */
function isReal({ kind, attributes }: Effect): boolean {
  return attributes.dryRun !== true || kind.startsWith('code.') || kind === 'guard.tamper';
}

function matchesOn(effect: Effect, rules: readonly CompiledRule[], given: Case): Match[] {
  const operation = given.operations[effect.operation];
  if (operation === undefined) throw new Error(`effect \`${effect.kind}\` belongs to no operation`);
  const { action, effects, session, circumstances } = given;
  const subject = { effect, operation, action, effects, session, circumstances };
  return rules.filter((rule) => rule.matches(subject)).map((rule) => matchOf(rule, subject));
}

function matchOf(rule: CompiledRule, subject: RuleSubject): Match {
  const modifiers = rule.modifiers
    .filter((modifier) => modifier.matches(subject))
    .map(({ id, points, reason, loosens }) => ({ id, points, reason: reason(subject), loosens: loosens === true }));
  const points = modifiers.reduce((sum, change) => sum + change.points, rule.points);
  const allowance = rule.forced ? undefined : rule.allowances?.find((one) => one.matches(subject));
  if (allowance === undefined) return { rule, changes: modifiers, subject, points, verdict: rule.verdict };
  const lowered = Math.min(points, allowance.lowersTo);
  const change = { id: allowance.id, points: lowered - points, reason: allowance.reason(subject), loosens: true };
  return { rule, changes: [...modifiers, change], subject, points: lowered, verdict: undefined };
}

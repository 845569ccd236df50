/** Compiles the rules that are written as such. */
import type { CompiledModifier, CompiledRule, RuleSubject } from '../engine/policy.ts';
import { conditionOf, reasonOf, type Compiler, type Path, type Report } from './compile-parts.ts';
import { REWRITES, type RewriteName } from '../engine/rewrites/rewrites.ts';
import type { PolicyModifier, PolicyRule } from './schema.ts';
import { compileTemplate, unknownBlanks } from './template.ts';

const SPLICED_ARGV = '${operation.argv}';

export function compileRule(rule: PolicyRule, path: Path, compiler: Compiler): CompiledRule {
  const { report } = compiler;
  const condition = conditionOf(rule, path, 'tighten', compiler);
  const { rewrite } = rule;
  if ((rewrite === undefined) === (rule.verdict === 'compute')) {
    report(path, { message: '`rewrite` and `verdict: compute` belong together' });
  }
  if (rule.forced === true && rule.verdict === undefined) report(path, { message: '`forced` needs a `verdict`' });
  return {
    id: rule.id,
    points: rule.points,
    verdict: rule.verdict,
    forced: rule.forced ?? false,
    // A rule only ever adds points, so one that cannot be evaluated counts as matching.
    matches: (subject) => condition(subject) ?? true,
    reason: reasonOf(rule.reason, [...path, 'reason'], compiler),
    modifiers: (rule.modifiers ?? []).map((modifier, at) =>
      compileModifier(modifier, [...path, 'modifiers', at], compiler),
    ),
    obligations: rule.obligations ?? [],
    rewrite: rewrite === undefined ? undefined : rewriteOf(rewrite, [...path, 'rewrite'], report),
    ...(rule.review === true ? { review: true } : {}),
  };
}

function compileModifier(modifier: PolicyModifier, path: Path, compiler: Compiler): CompiledModifier {
  const whenUnknown = modifier.points > 0;
  // A modifier belongs to its rule, which holds where the policy does.
  const whole = { ...compiler, holds: undefined };
  const condition = conditionOf({ if: modifier.if }, path, whenUnknown ? 'tighten' : 'loosen', whole);
  return {
    id: modifier.id,
    points: modifier.points,
    reason: reasonOf(modifier.reason, [...path, 'reason'], compiler),
    matches: (subject) => condition(subject) ?? whenUnknown,
  };
}

function rewriteOf(
  words: readonly string[] | RewriteName,
  path: Path,
  report: Report,
): (subject: RuleSubject) => readonly string[] | undefined {
  if (typeof words === 'string') return REWRITES[words].form;
  const templates = words.map((word) => {
    for (const blank of unknownBlanks(word)) report(path, { message: `there is no \`${blank}\` to fill in` });
    const template = compileTemplate(word);
    return (subject: RuleSubject): readonly string[] =>
      word === SPLICED_ARGV ? subject.operation.argv : [template(subject)];
  });
  return (subject) => templates.flatMap((template) => template(subject));
}

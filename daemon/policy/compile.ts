/** Turns the rules of one file into functions the engine can call. */
import type { CompiledModifier, CompiledRule, RuleSubject } from '../engine/policy.ts';
import { compileCondition, type Condition, type ParsedCondition } from './condition.ts';
import type { ParsedFile } from './parse-file.ts';
import type { PolicyLayer, PolicyModifier, PolicyProblem, PolicyRule, PolicySource } from './schema.ts';
import { compileTemplate, unknownBlanks, type Template } from './template.ts';

/** A compiled rule with the effects it listens to. */
export type IndexedRule = { readonly on: readonly string[]; readonly rule: CompiledRule };

type Report = (
  path: readonly PropertyKey[],
  problem: { message: string; offset?: number; suggestion?: string },
) => void;
type Parse = (condition: string) => ParsedCondition;
type Compiler = { readonly layer: PolicyLayer; readonly report: Report; readonly parse: Parse };

const SPLICED_ARGV = '${operation.argv}';

export function compileFile(
  source: PolicySource,
  file: ParsedFile,
  parse: Parse,
  problems: PolicyProblem[],
): IndexedRule[] {
  const report: Report = (path, { message, offset, suggestion }) => {
    const { line, col } = file.at(path, offset);
    problems.push({ file: source.file, line, col, message, ...(suggestion === undefined ? {} : { suggestion }) });
  };
  return (file.content.rules ?? []).flatMap((rule, index) => {
    const before = problems.length;
    if (source.layer === 'workspace') refuseLoosening(rule, index, report);
    const compiled = compileRule(rule, index, { layer: source.layer, report, parse });
    return problems.length > before ? [] : [{ on: [rule.on].flat(), rule: compiled }];
  });
}

function compileRule(rule: PolicyRule, index: number, compiler: Compiler): CompiledRule {
  const { report } = compiler;
  const path = ['rules', index];
  const condition = conditionOf(rule.if, [...path, 'if'], compiler);
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
  };
}

function compileModifier(modifier: PolicyModifier, path: PropertyKey[], compiler: Compiler): CompiledModifier {
  const condition = conditionOf(modifier.if, [...path, 'if'], compiler);
  const whenUnknown = modifier.points > 0;
  return {
    id: modifier.id,
    points: modifier.points,
    reason: reasonOf(modifier.reason, [...path, 'reason'], compiler),
    matches: (subject) => condition(subject) ?? whenUnknown,
  };
}

function conditionOf(source: string | undefined, path: PropertyKey[], { report, parse }: Compiler): Condition {
  if (source === undefined) return () => true;
  const parsed = parse(source);
  if (parsed.ok) return compileCondition(parsed.expr);
  for (const problem of parsed.problems) report(path, problem);
  return () => undefined;
}

/** Text of a repository is not ours: it is shown as a quotation, so that it cannot speak for Countersign. */
function reasonOf(text: string, path: PropertyKey[], { layer, report }: Compiler): Template {
  for (const blank of unknownBlanks(text)) report(path, { message: `there is no \`${blank}\` to fill in` });
  const template = compileTemplate(text);
  return layer === 'workspace'
    ? (subject) => `from this repository: "${template(subject).replaceAll('"', "'")}"`
    : template;
}

function rewriteOf(words: readonly string[], path: PropertyKey[], report: Report): (subject: RuleSubject) => string[] {
  const templates = words.map((word) => {
    for (const blank of unknownBlanks(word)) report(path, { message: `there is no \`${blank}\` to fill in` });
    const template = compileTemplate(word);
    return (subject: RuleSubject): readonly string[] =>
      word === SPLICED_ARGV ? subject.operation.argv : [template(subject)];
  });
  return (subject) => templates.flatMap((template) => template(subject));
}

/** A repository is written by whoever wrote the code in it, the agent included: its policy may only tighten. */
function refuseLoosening(rule: PolicyRule, index: number, report: Report): void {
  const refuse = (key: string, message: string): void => report(['rules', index, key], { message });
  if (rule.verdict === 'compute') refuse('verdict', 'a workspace policy may not rewrite commands');
  if (rule.rewrite !== undefined) refuse('rewrite', 'a workspace policy may not rewrite commands');
  if (rule.obligations !== undefined) refuse('obligations', 'a workspace policy may not set obligations');
  if (rule.forced !== undefined) refuse('forced', 'a workspace policy may not force verdicts');
  for (const [at, modifier] of (rule.modifiers ?? []).entries()) {
    if (modifier.points < 0) {
      report(['rules', index, 'modifiers', at, 'points'], { message: 'a workspace policy may only add points' });
    }
  }
}

/** Walks a parsed condition for names that do not exist and for nesting that could run away. */
import type { parse } from '@bufbuild/cel';

import { nearest } from './nearest.ts';
import { FIELDS, LISTS, VARIABLES } from './vocabulary.ts';
import type { ConditionProblem } from './condition.ts';

type Expr = ReturnType<typeof parse>['expr'];

/** Each level multiplies the work by the length of a list; two are enough to compare targets with effects. */
const MAX_COMPREHENSION_DEPTH = 2;
const MAX_LIST = 1000;
const MAX_DEPTH = 100;
/** Of lists that are written out, one within the other: what a condition goes through whatever the action is. */
const MAX_VALUES = 1000;
/** Matching takes the length of a text times that of its pattern, with everything that is counted in it written out. */
const MAX_PATTERN = 1000;
const MAX_REPEATED = 1000;
/** Patterns within loops over lists that are written out. */
const MAX_MATCHING = 50_000;

/** What a local name of a comprehension stands for: an element of one of our lists, or anything. */
type Scope = ReadonlyMap<string, string | undefined>;
type Walk = {
  readonly scope: Scope;
  readonly comprehensions: number;
  readonly depth: number;
  /** How often it is gone through, as far as the condition itself says. */
  readonly times: number;
  /** Characters of patterns, each as often as it is tried. */
  readonly cost: { matching: number };
  readonly problems: ConditionProblem[];
};

/** Type names are identifiers too: `type(x) == string`. */
const TYPES = new Set(['bool', 'int', 'uint', 'double', 'string', 'bytes', 'list', 'map', 'null_type', 'type']);

export function lintExpression(expr: Expr): ConditionProblem[] {
  return walked(expr).problems;
}

/** Characters of patterns, with what is counted in them, each as often as a loop over a written list tries it. */
export function matchingCost(expr: Expr): number {
  return walked(expr).cost.matching;
}

function walked(expr: Expr): Pick<Walk, 'problems' | 'cost'> {
  const found = { problems: [], cost: { matching: 0 } };
  visit(expr, { scope: new Map(), comprehensions: 0, depth: 0, times: 1, ...found });
  return found;
}

function visit(expr: Expr | undefined, walk: Walk): void {
  if (expr === undefined) return;
  if (walk.depth > MAX_DEPTH) {
    walk.problems.push({ message: `the condition nests deeper than ${MAX_DEPTH} levels` });
    return;
  }
  const inner = { ...walk, depth: walk.depth + 1 };
  const { exprKind } = expr;
  switch (exprKind.case) {
    case 'identExpr':
      checkName(exprKind.value.name, walk);
      return;
    case 'selectExpr':
      checkField(exprKind.value.operand, exprKind.value.field, walk);
      visit(exprKind.value.operand, inner);
      return;
    case 'callExpr':
      if (exprKind.value.function === 'matches') checkPattern(exprKind.value.args.at(-1), walk);
      visit(exprKind.value.target, inner);
      for (const argument of exprKind.value.args) visit(argument, inner);
      return;
    case 'listExpr':
      if (exprKind.value.elements.length > MAX_LIST)
        walk.problems.push({ message: `a list holds more than ${MAX_LIST} values` });
      else checkTimes(walk.times > 1 ? walk.times * exprKind.value.elements.length : 1, walk);
      for (const element of exprKind.value.elements) visit(element, inner);
      return;
    case 'structExpr':
      for (const entry of exprKind.value.entries) visit(entry.value, inner);
      return;
    case 'comprehensionExpr':
      visitComprehension(exprKind.value, inner);
      return;
    default:
  }
}

type Comprehension = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value'];

function visitComprehension(loop: Comprehension, walk: Walk): void {
  if (walk.comprehensions >= MAX_COMPREHENSION_DEPTH) {
    walk.problems.push({
      message: `\`exists\`, \`all\` and the like nest deeper than ${MAX_COMPREHENSION_DEPTH} levels`,
    });
    return;
  }
  visit(loop.iterRange, walk);
  const over = loop.iterRange?.exprKind;
  const element = over?.case === 'identExpr' ? LISTS[over.value.name] : undefined;
  const scope = new Map(walk.scope).set(loop.iterVar, element).set(loop.accuVar, undefined);
  const times = walk.times * Math.max(lengthOf(loop.iterRange), 1);
  checkTimes(times, walk);
  const inner = { ...walk, scope, comprehensions: walk.comprehensions + 1, times };
  visit(loop.accuInit, walk);
  for (const part of [loop.loopCondition, loop.loopStep, loop.result]) visit(part, inner);
}

function checkTimes(times: number, { problems }: Walk): void {
  if (times > MAX_VALUES) problems.push({ message: `it goes through more than ${MAX_VALUES} values` });
}

/** Of what is written out; the lists of an action are bounded where it is understood. */
function lengthOf(range: Expr | undefined): number {
  const kind = range?.exprKind;
  if (kind?.case === 'listExpr') return kind.value.elements.length;
  if (kind?.case === 'structExpr') return kind.value.entries.length;
  if (kind?.case === 'comprehensionExpr') return lengthOf(kind.value.iterRange);
  if (kind?.case !== 'callExpr') return 0;
  return [kind.value.target, ...kind.value.args].reduce((sum, part) => sum + lengthOf(part), 0);
}

function checkPattern(pattern: Expr | undefined, { times, cost, problems }: Walk): void {
  const kind = pattern?.exprKind;
  const constant = kind?.case === 'constExpr' ? kind.value.constantKind : undefined;
  const text = constant?.case === 'stringValue' ? constant.value : '';
  if (text.length > MAX_PATTERN) problems.push({ message: `a pattern is longer than ${MAX_PATTERN} characters` });
  // One that is put together is only known when it is tried.
  cost.matching += times * (constant?.case === 'stringValue' ? text.length + repeated(text) : MAX_PATTERN);
  if (repeated(text) > MAX_REPEATED)
    problems.push({ message: `a pattern repeats something more than ${MAX_REPEATED} times` });
  if (times > 1 && times * text.length > MAX_MATCHING)
    problems.push({ message: 'a pattern within a loop is too long, or the list that is gone through is' });
}

/** Counted groups may lie within each other; other counts only follow each other. */
function repeated(pattern: string): number {
  const counts = [...pattern.matchAll(/\{(\d*)(?:,(\d*))?\}/gu)].map(([, from, to]) => Math.max(Number(from), Number(to ?? 0), 1)); // prettier-ignore
  const isNested = pattern.includes('){');
  return counts.reduce((all, count) => (isNested ? all * count : all + count), isNested ? 1 : 0);
}

function checkName(name: string, { scope, problems }: Walk): void {
  if (scope.has(name) || VARIABLES.includes(name) || TYPES.has(name)) return;
  problems.push({ message: `there is no \`${name}\``, ...suggest(name, [...VARIABLES, ...scope.keys()]) });
}

function checkField(operand: Expr | undefined, field: string, { scope, problems }: Walk): void {
  if (operand?.exprKind.case !== 'identExpr') return;
  const { name } = operand.exprKind.value;
  const fields = FIELDS[(scope.has(name) ? scope.get(name) : name) ?? ''];
  if (fields === undefined || fields.includes(field)) return;
  problems.push({ message: `\`${name}\` has no \`${field}\``, ...suggest(field, fields) });
}

function suggest(word: string, known: readonly string[]): { suggestion?: string } {
  const found = nearest(word, known);
  return found === undefined ? {} : { suggestion: found };
}

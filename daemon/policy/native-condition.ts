/**
 * Answers the plain parts of a condition (comparisons of effect attributes) without the CEL interpreter, which is
 * left with the rest. Most conditions are plain, and every effect is put before several of them.
 */
import type { parse } from '@bufbuild/cel';

import type { Effect } from '../../protocol/effect.ts';
import type { RuleSubject } from '../engine/policy.ts';
import { attributeOf, constantOf, countOf, elementsOf, fieldOf, type Scope, type Typed } from './native-values.ts';
import { variablesOf } from './free-names.ts';
import { VARIABLES } from './vocabulary.ts';
import { choice, comparison, matching, method } from './native-operators.ts';

export type Expr = ReturnType<typeof parse>['expr'];

/** `undefined`: it could not be evaluated. */
export type Condition = (subject: RuleSubject) => boolean | undefined;

/** `interpret` compiles a part this file does not understand. */
export function compilePlain(expr: Expr, interpret: (expr: Expr) => Condition): Condition {
  const call = callOf(expr);
  if (call !== undefined && (call.name === '_&&_' || call.name === '_||_')) {
    const [left, right] = call.args;
    if (left !== undefined && right !== undefined) return junction(call.name === '_||_', left, right, interpret);
  }
  const plain = typed(expr);
  return plain?.type === 'boolean' ? unlessItFails(plain, expr, interpret) : interpret(expr);
}

/** A pattern that is none shows when it is tried; what that comes to in the end is for the interpreter to say. */
function unlessItFails(plain: Typed, expr: Expr, interpret: (expr: Expr) => Condition): Condition {
  let interpreted: Condition | undefined;
  return (subject) => {
    if (interpreted !== undefined) return interpreted(subject);
    try {
      return plain.get(subject) as boolean;
    } catch {
      interpreted = interpret(expr);
      return interpreted(subject);
    }
  };
}

/**
 * INVARIANT: as in CEL, either side alone may decide, in any order, and an error on the other side is then of no
 * account. So the plain side goes first.
 */
function junction(decisive: boolean, left: Expr, right: Expr, interpret: (expr: Expr) => Condition): Condition {
  const sides = [left, right].toSorted((a, b) => Number(isPlain(b)) - Number(isPlain(a)));
  const [first, second] = sides.map((side) => compilePlain(side, interpret)) as [Condition, Condition];
  return (subject) => {
    const one = first(subject);
    if (one === decisive) return decisive;
    const other = second(subject);
    if (other === decisive) return decisive;
    return one === undefined || other === undefined ? undefined : !decisive;
  };
}

function isPlain(expr: Expr): boolean {
  return typed(expr)?.type === 'boolean';
}

/** What can be told without failing, but for patterns; `undefined` leaves it to the interpreter. */
function typed(expr: Expr, scope?: Scope): Typed | undefined {
  const constant = constantOf(expr);
  if (constant !== undefined) return { type: typeof constant as Typed['type'], get: () => constant };
  const attribute = attributeOf(expr, scope);
  if (attribute !== undefined) return attribute;
  if (expr.exprKind.case === 'comprehensionExpr' && scope === undefined) return quantified(expr);
  const call = callOf(expr);
  if (call === undefined) return methodOf(expr, scope);
  if (call.name === '@in') return membership(call.args, scope);
  if (call.name === 'size') return countOf(call.args);
  const args = call.args.map((arg) => typed(arg, scope));
  const [a, b, c] = args;
  if (a === undefined || args.includes(undefined)) return undefined;
  if (call.name === '!_' && a.type === 'boolean') {
    return { type: 'boolean', get: (subject, element) => a.get(subject, element) === false };
  }
  if (b === undefined) return undefined;
  return c === undefined ? comparison(call.name, a, b) : choice(call.name, a, b, c);
}

/** `effect.location in ["temp", "home"]` and `"files" in effect.known`. */
function membership([member, list]: readonly Expr[], scope?: Scope): Typed | undefined {
  const item = member === undefined ? undefined : typed(member, scope);
  if (item === undefined || list === undefined) return undefined;
  if (fieldOf(list, 'effect') === 'known') {
    return {
      type: 'boolean',
      get: (subject, element) => Object.hasOwn(subject.effect.attributes, String(item.get(subject, element))),
    };
  }
  if (list.exprKind.case !== 'listExpr') return undefined;
  const values = list.exprKind.value.elements.map(constantOf);
  if (values.includes(undefined)) return undefined;
  const set = new Set(values);
  return { type: 'boolean', get: (subject, element) => set.has(item.get(subject, element)) };
}

/** `t.name.startsWith("/srv")` */
function methodOf({ exprKind }: Expr, scope?: Scope): Typed | undefined {
  if (exprKind.case !== 'callExpr' || exprKind.value.target === undefined) return undefined;
  const [argument, more] = exprKind.value.args;
  if (argument === undefined || more !== undefined) return undefined;
  const [text, part] = [typed(exprKind.value.target, scope), typed(argument, scope)];
  if (text?.type !== 'string' || part?.type !== 'string') return undefined;
  return exprKind.value.function === 'matches'
    ? matching(text, constantOf(argument))
    : method(exprKind.value.function, text, part);
}

/** `targets.exists(t, …)` and `targets.all(t, …)` over what cannot fail. */
function quantified(expr: Expr): Typed | undefined {
  const loop = loopOf(expr);
  const elements = loop === undefined ? undefined : elementsOf(loop.range);
  // A name that hides one of ours stands for something else than elsewhere.
  if (loop === undefined || elements === undefined || VARIABLES.includes(loop.name)) return undefined;
  const holds = typed(loop.predicate, { name: loop.name, of: elements.of });
  if (holds?.type !== 'boolean') return undefined;
  const get = (subject: RuleSubject): boolean => {
    const list = elements.list(subject);
    const test = (element: unknown): boolean => holds.get(subject, element) === true;
    return loop.macro === 'exists' ? list.some(test) : list.every(test);
  };
  const variables = variablesOf(expr);
  return { type: 'boolean', get: variables.size === 1 && variables.has('effects') ? oncePerAction(get) : get };
}

type Loop = {
  readonly macro: 'exists' | 'all';
  readonly name: string;
  readonly range: Expr;
  readonly predicate: Expr;
};

/** What CEL's parser made of `exists` or `all`; any other loop is left to the interpreter. */
function loopOf({ exprKind }: Expr): Loop | undefined {
  if (exprKind.case !== 'comprehensionExpr') return undefined;
  const { iterRange, iterVar, iterVar2, accuVar, accuInit, loopStep, result } = exprKind.value;
  if (iterRange === undefined || accuInit === undefined || loopStep === undefined || iterVar2 !== '') return undefined;
  const { name, args } = callOf(loopStep) ?? { name: '', args: [] };
  const [accu, predicate] = args;
  if (predicate === undefined || !isNamed(accu, accuVar) || !isNamed(result, accuVar)) return undefined;
  const begins = constantOf(accuInit);
  if (name === '_||_' && begins === false) return { macro: 'exists', name: iterVar, range: iterRange, predicate };
  return name === '_&&_' && begins === true ? { macro: 'all', name: iterVar, range: iterRange, predicate } : undefined;
}

/** What looks at all effects is the same for each of them; asking again would make a long script quadratic. */
export function oncePerAction<T>(ask: (subject: RuleSubject) => T): (subject: RuleSubject) => T {
  const answers = new WeakMap<readonly Effect[], { readonly answer: T }>();
  return (subject) => {
    const known = answers.get(subject.effects) ?? { answer: ask(subject) };
    answers.set(subject.effects, known);
    return known.answer;
  };
}

function isNamed(expr: Expr | undefined, name: string): boolean {
  return expr?.exprKind.case === 'identExpr' && expr.exprKind.value.name === name;
}

function callOf({ exprKind }: Expr): { name: string; args: readonly Expr[] } | undefined {
  if (exprKind.case !== 'callExpr' || exprKind.value.target !== undefined) return undefined;
  return { name: exprKind.value.function, args: exprKind.value.args };
}

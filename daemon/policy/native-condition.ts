/**
 * Answers the plain parts of a condition (comparisons of effect attributes) without the CEL interpreter, which is
 * left with the rest. Most conditions are plain, and every effect is put before several of them.
 */
import type { parse } from '@bufbuild/cel';

import type { RuleSubject } from '../engine/policy.ts';
import { ABSENT } from './vocabulary.ts';

export type Expr = ReturnType<typeof parse>['expr'];

/** `undefined`: it could not be evaluated. */
export type Condition = (subject: RuleSubject) => boolean | undefined;

type Value = string | number | boolean;
type Typed = { readonly type: 'string' | 'number' | 'boolean'; readonly get: (subject: RuleSubject) => Value };

/** `interpret` compiles a part this file does not understand. */
export function compilePlain(expr: Expr, interpret: (expr: Expr) => Condition): Condition {
  const call = callOf(expr);
  if (call !== undefined && (call.name === '_&&_' || call.name === '_||_')) {
    const [left, right] = call.args;
    if (left !== undefined && right !== undefined) return junction(call.name === '_||_', left, right, interpret);
  }
  const plain = typed(expr);
  if (plain?.type !== 'boolean') return interpret(expr);
  return (subject) => plain.get(subject) as boolean;
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

function typed(expr: Expr): Typed | undefined {
  const constant = constantOf(expr);
  if (constant !== undefined) return { type: typeof constant as Typed['type'], get: () => constant };
  const attribute = attributeOf(expr);
  if (attribute !== undefined) return attribute;
  const call = callOf(expr);
  if (call === undefined) return undefined;
  if (call.name === '@in') return membership(call.args);
  if (call.name === 'size') return preciousCount(call.args);
  const args = call.args.map(typed);
  const [a, b] = args;
  if (a === undefined || args.includes(undefined)) return undefined;
  if (call.name === '!_' && a.type === 'boolean')
    return { type: 'boolean', get: (subject) => a.get(subject) === false };
  return b === undefined ? undefined : comparison(call.name, a, b);
}

const ORDER: Readonly<Record<string, (a: Value, b: Value) => boolean>> = {
  '_<_': (a, b) => a < b,
  '_<=_': (a, b) => a <= b,
  '_>_': (a, b) => a > b,
  '_>=_': (a, b) => a >= b,
};

function comparison(name: string, a: Typed, b: Typed): Typed | undefined {
  if (name === '_&&_' || name === '_||_') return bothBoolean(name === '_||_', a, b);
  if (name === '_==_') return { type: 'boolean', get: (subject) => a.get(subject) === b.get(subject) };
  if (name === '_!=_') return { type: 'boolean', get: (subject) => a.get(subject) !== b.get(subject) };
  const order = ORDER[name];
  if (order === undefined || a.type !== 'number' || b.type !== 'number') return undefined;
  return { type: 'boolean', get: (subject) => order(a.get(subject), b.get(subject)) };
}

/** The one list among the attributes. */
function preciousCount([list, more]: readonly Expr[]): Typed | undefined {
  if (list === undefined || more !== undefined || fieldOf(list) !== 'preciousFiles') return undefined;
  return { type: 'number', get: ({ effect }) => effect.attributes.preciousFiles?.length ?? 0 };
}

/** Neither side can fail, so this is plain logic. */
function bothBoolean(decisive: boolean, a: Typed, b: Typed): Typed | undefined {
  if (a.type !== 'boolean' || b.type !== 'boolean') return undefined;
  return { type: 'boolean', get: (subject) => (a.get(subject) === decisive ? decisive : b.get(subject)) };
}

/** `effect.location in ["temp", "home"]` and `"files" in effect.known`. */
function membership([member, list]: readonly Expr[]): Typed | undefined {
  const item = member === undefined ? undefined : typed(member);
  if (item === undefined || list === undefined) return undefined;
  if (fieldOf(list) === 'known') {
    return { type: 'boolean', get: (subject) => Object.hasOwn(subject.effect.attributes, String(item.get(subject))) };
  }
  if (list.exprKind.case !== 'listExpr') return undefined;
  const values = list.exprKind.value.elements.map(constantOf);
  if (values.includes(undefined)) return undefined;
  const set = new Set(values);
  return { type: 'boolean', get: (subject) => set.has(item.get(subject)) };
}

function attributeOf(expr: Expr): Typed | undefined {
  const field = fieldOf(expr);
  if (field === 'kind') return { type: 'string', get: ({ effect }) => effect.kind };
  if (field === undefined || !Object.hasOwn(ABSENT, field)) return undefined;
  const name = field as keyof typeof ABSENT;
  const absent = ABSENT[name];
  if (typeof absent === 'object') return undefined;
  const fallback = typeof absent === 'bigint' ? Number(absent) : absent;
  // A scalar attribute is of the type of what it reads as when absent.
  return {
    type: typeof fallback as Typed['type'],
    get: ({ effect }) => (effect.attributes[name] as Value | undefined) ?? fallback,
  };
}

/** The name of a field of `effect` itself; `has(effect.x)` is another thing. */
function fieldOf({ exprKind }: Expr): string | undefined {
  if (exprKind.case !== 'selectExpr' || exprKind.value.testOnly) return undefined;
  const operand = exprKind.value.operand?.exprKind;
  return operand?.case === 'identExpr' && operand.value.name === 'effect' ? exprKind.value.field : undefined;
}

function callOf({ exprKind }: Expr): { name: string; args: readonly Expr[] } | undefined {
  if (exprKind.case !== 'callExpr' || exprKind.value.target !== undefined) return undefined;
  return { name: exprKind.value.function, args: exprKind.value.args };
}

function constantOf({ exprKind }: Expr): Value | undefined {
  if (exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = exprKind.value;
  if (constantKind.case === 'stringValue' || constantKind.case === 'boolValue') return constantKind.value;
  const safe = constantKind.case === 'int64Value' && Number.isSafeInteger(Number(constantKind.value));
  return safe ? Number(constantKind.value) : undefined;
}

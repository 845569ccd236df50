/** The plain values of a condition: constants, attributes, names, and the lists they stand in. */
import type { parse } from '@bufbuild/cel';

import type { Effect, Target } from '../../protocol/effect.ts';
import type { RuleSubject } from '../engine/policy.ts';
import { personalData } from './personal-data.ts';
import { ABSENT, isWholeHistory } from './vocabulary.ts';

type Expr = ReturnType<typeof parse>['expr'];

export type Value = string | number | boolean;

/** `element`: what the name of the scope stands for. */
export type Typed = {
  readonly type: 'string' | 'number' | 'boolean';
  readonly get: (subject: RuleSubject, element?: unknown) => Value;
};

type Kind = 'target' | 'effect' | 'word';

/** A name that a loop gives to the elements of a list. */
export type Scope = { readonly name: string; readonly of: Kind };

type Elements = { readonly of: Kind; readonly list: (subject: RuleSubject) => readonly unknown[] };

export function elementsOf(list: Expr): Elements | undefined {
  const { exprKind } = list;
  if (exprKind.case === 'identExpr' && exprKind.value.name === 'targets') {
    return { of: 'target', list: ({ effect }) => effect.targets };
  }
  if (exprKind.case === 'identExpr' && exprKind.value.name === 'effects') {
    return { of: 'effect', list: ({ effects }) => effects };
  }
  return fieldOf(list, 'operation') === 'argv' ? { of: 'word', list: ({ operation }) => operation.argv } : undefined;
}

export function countOf([list, more]: readonly Expr[]): Typed | undefined {
  if (list === undefined || more !== undefined) return undefined;
  const elements = elementsOf(list);
  if (elements !== undefined) return { type: 'number', get: (subject) => elements.list(subject).length };
  const listed = fieldOf(list, 'effect');
  if (listed !== undefined && isListed(listed)) {
    return { type: 'number', get: ({ effect }) => effect.attributes[listed]?.length ?? 0 };
  }
  const learned = fieldOf(list, 'session');
  if (learned === 'secretsRead' || learned === 'fetched' || learned === 'downloaded') {
    return { type: 'number', get: ({ session }) => session?.[learned]?.length ?? 0 };
  }
  const isPersonal = fieldOf(list, 'data') === 'personal';
  return isPersonal ? { type: 'number', get: ({ action }) => personalData(action).length } : undefined;
}

/** Attributes that are lists. */
type Listed = 'preciousFiles' | 'mounts' | 'owners' | 'lostNames';

function isListed(field: string): field is Listed {
  return Object.hasOwn(ABSENT, field) && typeof ABSENT[field as keyof typeof ABSENT] === 'object';
}

export function attributeOf(expr: Expr, scope?: Scope): Typed | undefined {
  if (scope?.of === 'word' && expr.exprKind.case === 'identExpr' && expr.exprKind.value.name === scope.name) {
    return { type: 'string', get: (_, word) => word as string };
  }
  const selected = selectionOf(expr);
  if (selected === undefined) return undefined;
  const { variable, field } = selected;
  if (variable === scope?.name) {
    // The elements of a list are of its kind.
    if (scope.of === 'effect') return effectField(field, (_, element) => element as Effect);
    return scope.of === 'target' ? targetField(field, (_, element) => element as Target) : undefined;
  }
  if (variable === 'effect') return effectField(field, ({ effect }) => effect);
  if (variable === 'target') return targetField(field, ({ effect }) => effect.targets[0] ?? NO_TARGET);
  const known = NAMED[`${variable}.${field}`];
  return known && { type: known.type, get: known.get };
}

const NO_TARGET: Target = { kind: 'unknown', name: '' };

/** Named by `variable.field`. */
const NAMED: Readonly<Record<string, Typed>> = {
  'operation.program': { type: 'string', get: ({ operation }) => operation.program },
  'operation.cwd': { type: 'string', get: ({ operation }) => operation.cwd },
  'operation.dynamic': { type: 'boolean', get: ({ operation }) => operation.dynamic },
  'action.kind': { type: 'string', get: ({ action }) => action.kind },
  'action.agent': { type: 'string', get: ({ action }) => action.agent },
  'action.cwd': { type: 'string', get: ({ action }) => action.cwd },
  'action.tool': { type: 'string', get: ({ action }) => ('tool' in action ? action.tool : '') },
  'session.known': { type: 'boolean', get: ({ session }) => isWholeHistory(session) },
};

function targetField(field: string, of: (subject: RuleSubject, element: unknown) => Target): Typed | undefined {
  if (field === 'dynamic') return { type: 'boolean', get: (subject, element) => of(subject, element).dynamic ?? false };
  if (field !== 'name' && field !== 'kind') return undefined;
  return { type: 'string', get: (subject, element) => of(subject, element)[field] };
}

function effectField(field: string, of: (subject: RuleSubject, element: unknown) => Effect): Typed | undefined {
  if (field === 'kind') return { type: 'string', get: (subject, element) => of(subject, element).kind };
  if (!Object.hasOwn(ABSENT, field)) return undefined;
  const name = field as keyof typeof ABSENT;
  const absent = ABSENT[name];
  if (typeof absent === 'object') return undefined;
  const fallback = typeof absent === 'bigint' ? Number(absent) : absent;
  // A scalar attribute is of the type of what it reads as when absent.
  return {
    type: typeof fallback as Typed['type'],
    get: (subject, element) => (of(subject, element).attributes[name] as Value | undefined) ?? fallback,
  };
}

/** The name of a field of `variable` itself; `has(effect.x)` is another thing. */
export function fieldOf(expr: Expr, variable: string): string | undefined {
  const selected = selectionOf(expr);
  return selected?.variable === variable ? selected.field : undefined;
}

function selectionOf({ exprKind }: Expr): { readonly variable: string; readonly field: string } | undefined {
  if (exprKind.case !== 'selectExpr' || exprKind.value.testOnly) return undefined;
  const operand = exprKind.value.operand?.exprKind;
  return operand?.case === 'identExpr' ? { variable: operand.value.name, field: exprKind.value.field } : undefined;
}

export function constantOf({ exprKind }: Expr): Value | undefined {
  if (exprKind.case !== 'constExpr') return undefined;
  const { constantKind } = exprKind.value;
  if (constantKind.case === 'stringValue' || constantKind.case === 'boolValue') return constantKind.value;
  const safe = constantKind.case === 'int64Value' && Number.isSafeInteger(Number(constantKind.value));
  return safe ? Number(constantKind.value) : undefined;
}

/** Compiles what a file says of tools: which may be called, how risky they are, and what their arguments may be. */
import type { CompiledAllowance, CompiledRule, RuleSubject } from '../engine/policy.ts';
import { boundRule, reasonOf, type Compiler, type Path } from './compile-parts.ts';
import { toolTest } from './match.ts';
import { compileNames } from './pattern.ts';
import type { ArgumentBound, ToolRisk, Tools } from './schema-parts.ts';

export type CompiledTools = {
  readonly rules: readonly CompiledRule[];
  /** A tool that a person rated goes ahead, whatever the built-in rules make of its name. */
  readonly allowances: readonly CompiledAllowance[];
};

/** Of a tool that is not among those that may be called. */
const UNLISTED_POINTS = 70;
const DENIED_POINTS = 90;

/** Within each band as it comes, and inside it under every preset. */
const RISK_POINTS: Readonly<Record<ToolRisk, number>> = { low: 5, medium: 20, high: 70, critical: 95 };

export function compileTools(tools: Tools, path: Path, compiler: Compiler): CompiledTools {
  const { allow, deny, risk = {}, arguments: bounds = [] } = tools;
  const rules: CompiledRule[] = [];
  const add = (id: string, points: number, verdict: 'deny' | 'escalate' | undefined, test: Test, text: string): void => {
    const matches = (subject: RuleSubject): boolean => isTool(subject) && test(subject);
    const reason = reasonOf(text, path, compiler);
    rules.push(boundRule(id, { points, verdict, review: verdict === undefined }, matches, reason, compiler));
  };
  if (deny !== undefined) add('tools.denied', DENIED_POINTS, 'deny', toolTest(deny), 'the tool ${action.tool} is not to be called');
  if (allow !== undefined) {
    const listed = toolTest(allow);
    add('tools.unlisted', UNLISTED_POINTS, 'escalate', (subject) => !listed(subject), 'the tool ${action.tool} is not among those that may be called');
  }
  const allowances: CompiledAllowance[] = [];
  for (const [level, patterns] of Object.entries(risk) as [ToolRisk, readonly string[]][]) {
    const test = toolTest(patterns);
    const isHeld = level === 'high' || level === 'critical';
    add(`tools.risk-${level}`, RISK_POINTS[level], isHeld ? 'escalate' : undefined, test, `the tool \${action.tool} is rated ${level}`);
    // A repository rates nothing down, and a named policy only ever joins in.
    if (isHeld || compiler.layer === 'workspace' || compiler.holds !== undefined) continue;
    const reason = reasonOf(`the tool \${action.tool} is rated ${level}`, path, compiler);
    allowances.push({ id: `tools.risk-${level}`, lowersTo: RISK_POINTS[level], reason, matches: test });
  }
  for (const [index, bound] of bounds.entries()) rules.push(argumentRule(bound, [...path, 'arguments', index], compiler));
  return { rules, allowances };
} // prettier-ignore

type Test = (subject: RuleSubject) => boolean;

function isTool({ action }: RuleSubject): boolean {
  return action.kind === 'tool' || action.kind === 'mcp';
}

function argumentRule(bound: ArgumentBound, path: Path, compiler: Compiler): CompiledRule {
  const test = toolTest(bound.tools);
  const isWithin = withinBound(bound, path, compiler);
  const names = bound.argument.split('.');
  const matches = (subject: RuleSubject): boolean => {
    const { action } = subject;
    if (!isTool(subject) || !test(subject) || !('args' in action)) return false;
    const values = valuesAt(action.args, names);
    if (bound.required === true && values.length === 0) return true;
    return !values.every((value) => (value === undefined ? bound.required !== true : isWithin(value)));
  };
  const text = bound.reason ?? `the argument ${bound.argument} of \${action.tool} is not as it has to be`;
  return boundRule(bound.id, bound, matches, reasonOf(text, path, compiler), compiler);
}

/** Every value that a dotted name leads to, `undefined` where it is missing; a list on the way stands for its elements. */
function valuesAt(value: unknown, names: readonly string[]): unknown[] {
  const [name, ...rest] = names;
  if (name === undefined) return [value];
  if (Array.isArray(value)) return value.flatMap((item) => valuesAt(item, names));
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return [undefined];
  return valuesAt((value as Readonly<Record<string, unknown>>)[name], rest); // it has its own field of that name
}

/** What is asked of a number is not met by anything else: `"1e9"` is no small amount. */
function withinBound(bound: ArgumentBound, path: Path, { report }: Compiler): (value: unknown) => boolean {
  const { min, max, maxLength, oneOf, matches } = bound;
  if ([min, max, maxLength, oneOf, matches, bound.required].every((one) => one === undefined)) {
    report(path, { message: 'bounds nothing: give `min`, `max`, `maxLength`, `oneOf`, `matches` or `required`' });
  }
  const text = matches && compileNames(matches);
  const one = (value: unknown): boolean =>
    (min === undefined || (typeof value === 'number' && value >= min)) &&
    (max === undefined || (typeof value === 'number' && value <= max)) &&
    (oneOf === undefined || oneOf.some((known) => known === value)) &&
    (text === undefined || (typeof value === 'string' && text(value)));
  return (value) => {
    if (maxLength !== undefined && lengthOf(value) > maxLength) return false;
    return Array.isArray(value) ? value.every(one) : one(value);
  };
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : JSON.stringify(value).length;
}

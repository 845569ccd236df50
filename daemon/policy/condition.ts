/** Compiles the CEL conditions of rules, and says what is wrong with one before it is ever evaluated. */
import { cel } from './cel.ts';
import { lintExpression } from './condition-lint.ts';
import { variablesOf } from './free-names.ts';
import { compilePlain, oncePerAction, type Condition, type Expr } from './native-condition.ts';
import { bindings, type Bindings } from './vocabulary.ts';

/** Conditions are written by hand; longer ones are a program in disguise, and CEL has no limit at run time. */
export const MAX_CONDITION_BYTES = 4096;

export type ConditionProblem = { readonly message: string; readonly offset?: number; readonly suggestion?: string };

export type ParsedCondition =
  { readonly ok: true; readonly expr: Expr } | { readonly ok: false; readonly problems: readonly ConditionProblem[] };

export type { Condition, Expr } from './native-condition.ts';

let env: ReturnType<ReturnType<typeof cel>['celEnv']> | undefined;

export function parseCondition(source: string): ParsedCondition {
  if (Buffer.byteLength(source) > MAX_CONDITION_BYTES) {
    return failed({ message: `the condition is longer than ${MAX_CONDITION_BYTES} bytes` });
  }
  try {
    const { expr } = cel().parse(source);
    const problems = lintExpression(expr);
    return problems.length > 0 ? { ok: false, problems } : { ok: true, expr };
  } catch (cause) {
    return failed({ message: `not a CEL expression: ${messageOf(cause)}`, ...offsetOf(cause) });
  }
}

/** Compiled when it is first asked: a daemon should start quickly, and most rules of a policy never speak. */
export function compileCondition(expr: Expr): Condition {
  let compiled: Condition | undefined;
  return (subject) => (compiled ??= compilePlain(expr, interpreted))(subject);
}

/** Planned when it is first needed: most conditions never are, and a daemon should start quickly. */
export function interpreted(expr: Expr): Condition {
  let evaluate: ((variables: Bindings) => unknown) | undefined;
  const condition: Condition = (subject) => {
    env ??= cel().celEnv();
    evaluate ??= cel().plan(env, expr) as (variables: Bindings) => unknown;
    return asBoolean(evaluate(bindings(subject)));
  };
  const variables = variablesOf(expr);
  return variables.size === 1 && variables.has('effects') ? oncePerAction(condition) : condition;
}

/** Errors are values in CEL; anything but a boolean is no answer. */
function asBoolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

function failed(problem: ConditionProblem): ParsedCondition {
  return { ok: false, problems: [problem] };
}

function messageOf(cause: unknown): string {
  if (cause instanceof Error) return 'rawMessage' in cause ? String(cause.rawMessage) : cause.message;
  return String(cause);
}

function offsetOf(cause: unknown): { offset?: number } {
  const location = (cause as { location?: { start?: { offset?: unknown } } } | null)?.location;
  const offset = location?.start?.offset;
  return typeof offset === 'number' ? { offset } : {};
}

/** What the parts of a file share while they are compiled: where problems are reported, and which actions they hold for. */
import type { CompiledRule, RuleSubject } from '../engine/policy.ts';
import type { Verdict } from '../../protocol/assessment.ts';
import { compileCondition, type Condition, type ParsedCondition } from './condition.ts';
import { onlyOfWhatIsKnown } from './established.ts';
import { allHold, compileMatch, type Purpose } from './match.ts';
import type { Match } from './schema-match.ts';
import type { PolicyLayer } from './schema.ts';
import { compileTemplate, unknownBlanks, type Template } from './template.ts';

export type Path = readonly PropertyKey[];
export type Report = (path: Path, problem: { message: string; offset?: number; suggestion?: string }) => void;
export type Parse = (condition: string) => ParsedCondition;
export type Holds = (subject: Pick<RuleSubject, 'action' | 'effects'>) => boolean;

export type Compiler = {
  readonly layer: PolicyLayer;
  readonly report: Report;
  readonly parse: Parse;
  /** Of a named policy: whether it holds for this action. */
  readonly holds: Holds | undefined;
};

/** A compiled rule with the effects it listens to. */
export type IndexedRule = { readonly on: readonly string[]; readonly rule: CompiledRule };

type Asking = { readonly match?: Match | undefined; readonly if?: string | undefined };

/** What `match` and `if` ask for together; `undefined` when that is not known. */
export function conditionOf(asking: Asking, path: Path, purpose: Purpose, compiler: Compiler): Condition {
  const parts = [
    compiler.holds,
    compileMatch(asking.match, purpose),
    celOf(asking.if, [...path, 'if'], purpose, compiler),
  ].filter((part) => part !== undefined);
  const [only, ...more] = parts;
  if (only === undefined) return () => true;
  return more.length === 0 ? only : (subject) => allHold(parts, subject);
}

function celOf(
  source: string | undefined,
  path: Path,
  purpose: Purpose,
  { report, parse }: Compiler,
): Condition | undefined {
  if (source === undefined) return undefined;
  const parsed = parse(source);
  if (parsed.ok && purpose === 'tighten') return compileCondition(parsed.expr);
  if (parsed.ok) return onlyOfWhatIsKnown(parsed.expr, compileCondition(parsed.expr));
  for (const problem of parsed.problems) report(path, problem);
  return () => undefined;
}

/** Text of a repository is not ours: it is shown as a quotation, so that it cannot speak for Countersign. */
export function reasonOf(text: string, path: Path, { layer, report }: Compiler): Template {
  for (const blank of unknownBlanks(text)) report(path, { message: `there is no \`${blank}\` to fill in` });
  const template = compileTemplate(text);
  return layer === 'workspace'
    ? (subject) => `from this repository: "${template(subject).replaceAll('"', "'")}"`
    : template;
}

type Bound = {
  readonly points: number;
  readonly verdict?: Exclude<Verdict, 'allow'> | undefined;
  readonly review?: boolean;
};

/** A rule that was not written as one: a declared bound, and what a breach of it comes to. */
export function boundRule(
  id: string,
  { points, verdict, review }: Bound,
  matches: Condition,
  reason: Template,
  { holds }: Pick<Compiler, 'holds'>,
): CompiledRule {
  return {
    id,
    points,
    verdict,
    forced: false,
    // What cannot be told is taken for a breach.
    matches: (subject) => (holds === undefined || holds(subject)) && (matches(subject) ?? true),
    reason,
    modifiers: [],
    obligations: [],
    rewrite: undefined,
    ...(review === true ? { review } : {}),
  };
}

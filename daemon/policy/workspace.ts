/** The policies of repositories, joined to the policy in force: they add rules and points, and take nothing away. */
import type { Effect, EffectKind } from '../../protocol/effect.ts';
import type { WorkspacePolicyText } from '../../protocol/facts.ts';
import type { CompiledModifier, CompiledPolicy, CompiledRule, RuleSubject } from '../engine/policy.ts';
import { boundRule, type Parse } from './compile-parts.ts';
import { compileFile, type CompiledFile } from './compile.ts';
import { matchingCost } from './condition-lint.ts';
import { parseCondition, type Expr } from './condition.ts';
import { parsePolicyFile } from './parse-file.ts';
import { sha256 } from './rego/settings.ts';
import { asksCircumstances } from './load.ts';
import type { PolicyFile, PolicyProblem } from './schema.ts';

/** Stands before the ids of its rules: no rule of anybody else can be meant. */
const PREFIX = 'workspace:';
const MAX_RULES = 50;
/** Workspaces whose joined policy is kept; one more costs a few milliseconds. */
const MAX_KEPT = 32;
/** INVARIANT: what a repository wrote takes bounded time. Where more is to be gone through, its rules count as matching. */
const MAX_ELEMENTS = 500;
/** Elements times their characters: every pattern is tried on every one of them. */
const MAX_READ = 1_500_000;
/** Characters of patterns, each as often as a loop over a written list tries it. */
const MAX_MATCHING = 1_000;
const BROKEN_POINTS = 40;

const joining = new WeakMap<CompiledPolicy, CompiledPolicy>();

/** The same policy, which lets itself be joined by what lies in a workspace. */
export function overWorkspaces(policy: CompiledPolicy): CompiledPolicy {
  const known = joining.get(policy);
  if (known !== undefined) return known;
  const kept = new Map<string, CompiledPolicy>();
  const over: CompiledPolicy = {
    ...policy,
    inWorkspace(files, problems) {
      const key = sha256(JSON.stringify([files.map(({ file, text }) => [file, text]), problems]));
      const found = kept.get(key) ?? joined(policy, compiled(files, problems), key);
      kept.delete(key);
      kept.set(key, found);
      for (const oldest of kept.keys()) if (kept.size > MAX_KEPT) kept.delete(oldest);
      return found;
    },
  };
  joining.set(policy, over);
  return over;
}

/** What the files of a workspace come to. Pure, and never throws. */
type Workspace = {
  readonly byKind: ReadonlyMap<string, readonly CompiledRule[]>;
  readonly actionRules: readonly CompiledRule[];
  readonly weights: readonly CompiledModifier[];
  readonly limits: CompiledFile['limits'];
  readonly asksCircumstances: boolean;
};

/** INVARIANT: a digest names the policy with all that has a say in it. */
function joined(policy: CompiledPolicy, workspace: Workspace, key: string): CompiledPolicy {
  const { byKind, actionRules, weights, limits } = workspace;
  const { forCase } = policy;
  const kinds = new Map<EffectKind, readonly CompiledRule[]>();
  const rulesFor = (kind: EffectKind): readonly CompiledRule[] => {
    const rules = kinds.get(kind) ?? [...policy.rulesFor(kind).map(weighed(weights)), ...(byKind.get(kind) ?? [])];
    kinds.set(kind, rules);
    return rules;
  };
  return {
    ...policy,
    digest: sha256(`countersign policy with a workspace v1\n${policy.digest}\n${key}`),
    rulesFor,
    actionRules: [...(policy.actionRules ?? []), ...actionRules],
    limits: [...(policy.limits ?? []), ...limits],
    wantsCircumstances: policy.wantsCircumstances === true || workspace.asksCircumstances,
    ...(forCase === undefined
      ? {}
      : { forCase: (action, effects) => joined(forCase(action, effects), workspace, key) }),
  };
}

function weighed(weights: readonly CompiledModifier[]): (rule: CompiledRule) => CompiledRule {
  return (rule) =>
    rule.forced || weights.length === 0 ? rule : { ...rule, modifiers: [...rule.modifiers, ...weights] };
}

function compiled(files: readonly WorkspacePolicyText[], unread: readonly string[]): Workspace {
  const problems: PolicyProblem[] = [];
  const parse = shallowParser();
  const contents: PolicyFile[] = [];
  const parts = files.flatMap(({ file, text }) => {
    const source = { layer: 'workspace' as const, file, text };
    const outcome = parsePolicyFile(source);
    problems.push(...outcome.problems);
    if (outcome.file === undefined) return [];
    contents.push(outcome.file.content);
    return [compileFile({ source, parsed: outcome.file }, parse, undefined, problems)];
  });
  const rules = parts.flatMap((part) => part.rules);
  const actionRules = parts.flatMap((part) => part.actionRules).map(ofWorkspace);
  const tooMany = rules.length > MAX_RULES ? [`its policies hold more than ${MAX_RULES} rules`] : [];
  const byKind = new Map<string, CompiledRule[]>();
  for (const { on, rule } of rules.slice(0, MAX_RULES))
    for (const kind of new Set(on)) byKind.set(kind, [...(byKind.get(kind) ?? []), ofWorkspace(rule)]);
  const weights = parts.flatMap(({ loosening }) =>
    loosening.flatMap(({ change }) =>
      change.kind === 'points' && change.modifier.points > 0 ? [change.modifier] : [],
    ),
  );
  const faults = [...unread, ...problems.map(({ file, line, col, message }) => `${file}:${line}:${col}: ${message}`)];
  return {
    byKind,
    actionRules: [...actionRules, ...brokenRules([...faults, ...tooMany])],
    weights: weights.map(bounded),
    limits: parts.flatMap((part) => part.limits),
    asksCircumstances: contents.some(asksCircumstances),
  };
}

function ofWorkspace(rule: CompiledRule): CompiledRule {
  return { ...bounded(rule), id: `${PREFIX}${rule.id}`, modifiers: rule.modifiers.map(bounded) };
}

function bounded<T extends { readonly matches: (subject: RuleSubject) => boolean }>(part: T): T {
  return { ...part, matches: (subject) => isLarge(subject) || part.matches(subject) };
}

function isLarge({ action, operation, effect, effects }: RuleSubject): boolean {
  const elements = operation.argv.length + effect.targets.length + effects.length;
  return elements > MAX_ELEMENTS || elements * charactersOf(action) > MAX_READ;
}

const characters = new WeakMap<RuleSubject['action'], number>();

function charactersOf(action: RuleSubject['action']): number {
  const known = characters.get(action) ?? JSON.stringify(action).length;
  characters.set(action, known);
  return known;
}

/** Loops within loops, and patterns without end, are for people who write their own policy. */
function shallowParser(): Parse {
  let matching = 0;
  return (condition) => {
    const parsed = parseCondition(condition);
    if (!parsed.ok) return parsed;
    if (loops(parsed.expr) > 1) return refused('a workspace policy may not nest `exists`, `all` and the like');
    matching += matchingCost(parsed.expr);
    return matching > MAX_MATCHING ? refused('the patterns of this workspace policy are too many or too long') : parsed;
  };
}

function refused(message: string): ReturnType<Parse> {
  return { ok: false, problems: [{ message }] };
}

function loops(part: unknown): number {
  if (typeof part !== 'object' || part === null) return 0;
  const own = (part as { exprKind?: Expr['exprKind'] }).exprKind?.case === 'comprehensionExpr' ? 1 : 0;
  return own + Math.max(0, ...Object.values(part).map(loops));
}

/**
 * INVARIANT: what could not be read may have asked for anything, so whatever changes something is put to a person who is
 * told what is wrong; looking goes on.
 */
function brokenRules(faults: readonly string[]): readonly CompiledRule[] {
  const [first] = faults;
  if (first === undefined) return [];
  const more = faults.length > 1 ? `, and ${faults.length - 1} more` : '';
  const reason = `the policy of this repository does not load (${first}${more}), so nobody knows what it asks`;
  const rule = { points: BROKEN_POINTS, verdict: 'escalate' as const };
  return [
    boundRule(
      `${PREFIX}broken`,
      rule,
      ({ effects }) => effects.some(changes),
      () => reason,
      { holds: undefined },
    ),
  ];
}

function changes({ kind }: Effect): boolean {
  return !kind.endsWith('.read') || kind === 'secret.read';
}

/** What people and presets change about built-in rules: points taken off or put on, and what may pass. */
import type { CompiledAllowance, CompiledModifier, CompiledRule } from '../engine/policy.ts';
import { conditionOf, reasonOf, type Compiler, type IndexedRule } from './compile-parts.ts';
import type { PolicyFile, PolicyLayer } from './schema.ts';

/** Rules of this many points and more are only reached by an allowance that names them. */
const NAMED_ONLY_POINTS = 81;

export type LooseningPart = {
  readonly layer: PolicyLayer;
  /** Ids of rules, or the beginning of some: `git.*`; without them all that are not critical. */
  readonly rules: readonly string[] | undefined;
  /** Effects it speaks of; without them all. */
  readonly on: ReadonlySet<string> | undefined;
  readonly change:
    | { readonly kind: 'points'; readonly modifier: CompiledModifier }
    | { readonly kind: 'allow'; readonly allowance: CompiledAllowance };
};

export function compileLoosenings(
  content: PolicyFile,
  ratings: readonly CompiledAllowance[],
  compiler: Compiler,
): LooseningPart[] {
  const { layer } = compiler;
  const loosen = (content.loosen ?? []).map((entry, index): LooseningPart => {
    const path = ['loosen', index];
    const condition = conditionOf(entry, path, 'loosen', compiler);
    const reason = reasonOf(entry.reason, [...path, 'reason'], compiler);
    const matches: CompiledModifier['matches'] = (subject) => condition(subject) === true;
    const modifier = { id: entry.id, points: entry.points, reason, matches, loosens: true };
    return { layer, rules: entry.rules, on: undefined, change: { kind: 'points', modifier } };
  });
  const allow = (content.allow ?? []).map((entry, index): LooseningPart => {
    const path = ['allow', index];
    const condition = conditionOf(entry, path, 'loosen', compiler);
    const reason = reasonOf(`allowed: ${entry.reason}`, [...path, 'reason'], compiler);
    const matches: CompiledAllowance['matches'] = (subject) => condition(subject) === true;
    const allowance = { id: entry.id, lowersTo: 0, reason, matches };
    return { layer, rules: entry.rules, on: new Set([entry.on].flat()), change: { kind: 'allow', allowance } };
  });
  const rated = ratings.map((allowance): LooseningPart => ({
    layer,
    rules: undefined,
    on: undefined,
    change: { kind: 'allow', allowance },
  }));
  return [...loosen, ...allow, ...rated, ...weights(content, layer)];
}

/** A family such as `file` stands for all of its kinds; a kind that is named itself has its own weight. */
function weights({ points = {} }: PolicyFile, layer: PolicyLayer): LooseningPart[] {
  const whose = layer === 'built-in' ? 'the preset' : layer === 'org' ? 'the organisation' : 'your policy';
  return Object.entries(points).map(([key, value = 0]): LooseningPart => {
    const modifier: CompiledModifier = {
      id: layer === 'built-in' ? 'preset' : `weight-${layer}`,
      points: value,
      reason: () => `${whose} weighs ${key} ${value < 0 ? 'more lightly' : 'more heavily'}`,
      matches: ({ effect: { kind } }) => kind === key || (kind.startsWith(`${key}.`) && !Object.hasOwn(points, kind)),
      loosens: value < 0,
    };
    return { layer, rules: undefined, on: undefined, change: { kind: 'points', modifier } };
  });
}

/** What an organisation lets nobody loosen. */
export type Withdrawn = 'all' | readonly string[];

/**
 * The built-in rules as they hold for an effect of this kind. INVARIANT: a forced rule stays as it is, rules of people and
 * organisations too, and so does what an organisation withdrew.
 */
export function loosened(
  { rule }: IndexedRule,
  kind: string,
  parts: readonly LooseningPart[],
  withdrawn: Withdrawn,
): CompiledRule {
  if (rule.forced) return rule;
  const held = withdrawn === 'all' || withdrawn.some((pattern) => isNamed(rule.id, pattern));
  const mine = parts.filter((part) => reaches(part, rule, kind) && (!held || part.layer === 'org' || adds(part)));
  if (mine.length === 0) return rule;
  const modifiers = mine.flatMap(({ change }) => (change.kind === 'points' ? [change.modifier] : []));
  const allowances = mine.flatMap(({ change }) => (change.kind === 'allow' ? [change.allowance] : []));
  return { ...rule, modifiers: [...rule.modifiers, ...modifiers], ...(allowances.length > 0 ? { allowances } : {}) };
}

function adds({ change }: LooseningPart): boolean {
  return change.kind === 'points' && change.modifier.points > 0;
}

function reaches({ rules, on, change }: LooseningPart, rule: CompiledRule, kind: string): boolean {
  if (on !== undefined && !on.has(kind)) return false;
  if (rules !== undefined) return rules.some((pattern) => isNamed(rule.id, pattern));
  return change.kind === 'points' || rule.points < NAMED_ONLY_POINTS;
}

/** `git.*` or `git.push`. */
export function isNamed(id: string, pattern: string): boolean {
  return pattern.endsWith('.*') ? id.startsWith(pattern.slice(0, -1)) : id === pattern;
}

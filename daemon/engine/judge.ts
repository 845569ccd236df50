/** Puts every effect before the rules of a policy and adds up what they say. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment, Band, Finding, Obligation, Verdict } from '../../protocol/assessment.ts';
import type { Effect, Operation } from '../../protocol/effect.ts';
import type { SessionFact } from '../../protocol/facts.ts';
import { deniedBefore, DENIED_BEFORE } from './denials.ts';
import type { CompiledModifier, CompiledPolicy, CompiledRule, RuleSubject } from './policy.ts';
import { summarize } from './summary.ts';
import { ENGINE_VERSION } from './version.ts';

export type Case = {
  readonly action: Action;
  readonly operations: readonly Operation[];
  readonly effects: readonly Effect[];
  readonly session: SessionFact | undefined;
  readonly unknowns: readonly string[];
  /** Other names of path targets, symlinks resolved. */
  readonly aliases: (effect: Effect) => readonly string[];
};

/** A rule that matched an effect, with the modifiers that did. */
type Match = {
  readonly rule: CompiledRule;
  readonly modifiers: readonly CompiledModifier[];
  readonly subject: RuleSubject;
  readonly points: number;
};

const MAX_SCORE = 100;

export function judge(given: Case, policy: CompiledPolicy): Assessment {
  const matches = given.effects.filter(isReal).flatMap((effect) => matchesOf(effect, given, policy));
  const top = matches.reduce<Match | undefined>(
    (best, match) => (best === undefined || match.points > best.points ? match : best),
    undefined,
  );
  const score = Math.min(Math.max(top?.points ?? 0, 0), MAX_SCORE);
  const band = bandOf(score, policy);
  const denial = denialOf(given);
  const rewrite = rewriteOf(matches, given);
  const verdict = denial === undefined ? verdictOf(band, matches, rewrite) : 'deny';
  return {
    score,
    band,
    verdict,
    forced: denial !== undefined || matches.some(({ rule }) => rule.forced && rule.verdict === verdict),
    summary: summarize(given.operations, given.effects, top?.subject.effect),
    findings: [...(denial === undefined ? [] : [denial]), ...findingsOf(matches, top)],
    operations: given.operations.map(plainOperation),
    effects: [...given.effects],
    obligations: obligationsOf(matches),
    ...(verdict === 'compute' && rewrite !== undefined ? { rewrite: [...rewrite] } : {}),
    quorum: policy.quorum[band],
    unknowns: [...given.unknowns].toSorted(),
    policyDigest: policy.digest,
    engine: ENGINE_VERSION,
  };
}

/** A rehearsal does nothing, so no rule speaks of it; code and Countersign itself are judged all the same. */
function isReal({ kind, attributes }: Effect): boolean {
  return attributes.dryRun !== true || kind.startsWith('code.') || kind === 'guard.tamper';
}

function matchesOf(effect: Effect, given: Case, policy: CompiledPolicy): Match[] {
  const operation = given.operations[effect.operation];
  if (operation === undefined) throw new Error(`effect \`${effect.kind}\` belongs to no operation`);
  const subject = { effect, operation, action: given.action, effects: given.effects, session: given.session };
  return policy
    .rulesFor(effect.kind)
    .filter((rule) => rule.matches(subject))
    .map((rule) => {
      const modifiers = rule.modifiers.filter((modifier) => modifier.matches(subject));
      return { rule, modifiers, subject, points: modifiers.reduce((sum, { points }) => sum + points, rule.points) };
    });
}

export function bandOf(score: number, { bandCeilings }: CompiledPolicy): Band {
  if (score <= bandCeilings.low) return 'low';
  if (score <= bandCeilings.medium) return 'medium';
  return score <= bandCeilings.high ? 'high' : 'critical';
}

/** The strictest wins: a rule's deny, a rule's escalate, a rewrite, and only then what the score says. */
function verdictOf(band: Band, matches: readonly Match[], rewrite: readonly string[] | undefined): Verdict {
  const wanted = new Set(matches.map(({ rule }) => rule.verdict));
  if (wanted.has('deny')) return 'deny';
  if (wanted.has('escalate')) return 'escalate';
  if (rewrite !== undefined) return 'compute';
  return band === 'low' ? 'allow' : 'escalate';
}

/** A rewrite replaces the whole command, so it is only possible when the command is that one operation. */
function rewriteOf(matches: readonly Match[], given: Case): readonly string[] | undefined {
  if (given.operations.length !== 1 || given.operations[0]?.via.length !== 0) return undefined;
  for (const { rule, subject } of matches) {
    const argv = rule.verdict === 'compute' ? rule.rewrite?.(subject) : undefined;
    if (argv !== undefined && argv.length > 0) return argv;
  }
  return undefined;
}

/** INVARIANT: the points of `base` and `modifier` add up to the score before clamping. */
function findingsOf(matches: readonly Match[], top: Match | undefined): Finding[] {
  const scored = top === undefined ? [] : scoredFindings(top);
  const others = matches
    .filter((match) => match !== top)
    .map(({ rule, subject, points }): Finding => ({
      rule: rule.id,
      points,
      reason: rule.reason(subject),
      role: 'also',
      operation: subject.effect.operation,
    }))
    .toSorted((a, b) => b.points - a.points);
  return withoutRepeats([...scored, ...others]);
}

function scoredFindings({ rule, modifiers, subject }: Match): Finding[] {
  const { operation } = subject.effect;
  const base: Finding = { rule: rule.id, points: rule.points, reason: rule.reason(subject), role: 'base', operation };
  return [
    base,
    ...modifiers.map((modifier): Finding => ({
      rule: `${rule.id}/${modifier.id}`,
      points: modifier.points,
      reason: modifier.reason(subject),
      role: 'modifier',
      operation,
    })),
  ];
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter((finding) => {
    const key = `${finding.role} ${finding.operation} ${finding.rule} ${finding.reason}`;
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

function denialOf(given: Case): Finding | undefined {
  const denied = given.session?.denied ?? [];
  if (denied.length === 0) return undefined;
  for (const effect of given.effects) {
    const denial = deniedBefore(effect, denied, given, given.aliases(effect));
    if (denial === undefined) continue;
    const why = denial.reason === '' ? '' : ` (${denial.reason})`;
    const reason = `\`${denial.target}\` was denied before in this session${why} and stays denied however it is done`;
    return { rule: DENIED_BEFORE, points: 0, reason, role: 'also', operation: effect.operation };
  }
  return undefined;
}

function obligationsOf(matches: readonly Match[]): Obligation[] {
  const all = matches.flatMap(({ rule }) => rule.obligations);
  return [...new Map(all.map((obligation) => [JSON.stringify(obligation), obligation])).values()];
}

/** The engine's operations carry more than the protocol's; only what the protocol names is recorded. */
export function plainOperation({ program, argv, cwd, via, dynamic }: Operation): Operation {
  return { program, argv: [...argv], cwd, via: [...via], dynamic };
}

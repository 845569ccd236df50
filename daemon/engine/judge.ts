/** Puts every effect before the rules of a policy and adds up what they say. */
import type { Action } from '../../protocol/action.ts';
import type { Assessment, Band, Finding, Verdict } from '../../protocol/assessment.ts';
import type { Effect, Operation } from '../../protocol/effect.ts';
import type { CircumstancesFact, SessionFact } from '../../protocol/facts.ts';
import { grouped } from './alike.ts';
import { deniedBefore, DENIED_BEFORE } from './denials.ts';
import { matchesOf, obligationsOf, type Change, type Match } from './matches.ts';
import type { CompiledPolicy } from './policy.ts';
import { inShell, onlyCommandOf } from './rewrites/in-shell.ts';
import { summarize } from './summary.ts';
import { ENGINE_VERSION } from './version.ts';

export type Case = {
  readonly action: Action;
  readonly operations: readonly Operation[];
  readonly effects: readonly Effect[];
  readonly session: SessionFact | undefined;
  readonly circumstances?: CircumstancesFact | undefined;
  readonly unknowns: readonly string[];
  /** What earlier steps of the action changed for later ones. */
  readonly notes?: readonly Finding[];
  /** Other names of path targets, symlinks resolved. */
  readonly aliases: (effect: Effect) => readonly string[];
};

const MAX_SCORE = 100;

export function judge(given: Case, general: CompiledPolicy): Assessment {
  const policy = general.forCase?.(given.action, given.effects) ?? general;
  const matches = matchesOf(given, policy);
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
    forced: denial !== undefined || matches.some((match) => match.rule.forced && match.verdict === verdict),
    summary: summarize(given.operations, given.effects, top?.subject.effect),
    findings: [...(denial === undefined ? [] : [denial]), ...findingsOf(matches, top), ...(given.notes ?? [])],
    operations: given.operations.map(plainOperation),
    effects: [...given.effects],
    obligations: obligationsOf(matches),
    ...(verdict === 'allow' && matches.some(({ rule }) => rule.review === true) ? { review: true } : {}),
    ...(verdict === 'compute' && rewrite !== undefined ? { rewrite: [...rewrite] } : {}),
    quorum: policy.quorum[band],
    unknowns: [...given.unknowns].toSorted(),
    policyDigest: policy.digest,
    engine: ENGINE_VERSION,
  };
}

export function bandOf(score: number, { bandCeilings }: CompiledPolicy): Band {
  if (score <= bandCeilings.low) return 'low';
  if (score <= bandCeilings.medium) return 'medium';
  return score <= bandCeilings.high ? 'high' : 'critical';
}

/** The strictest wins: a rule's deny, a rule's escalate, a rewrite, and only then what the score says. */
function verdictOf(band: Band, matches: readonly Match[], rewrite: readonly string[] | undefined): Verdict {
  const wanted = new Set(matches.map((match) => match.verdict));
  if (wanted.has('deny')) return 'deny';
  if (wanted.has('escalate')) return 'escalate';
  if (rewrite !== undefined) return 'compute';
  return band === 'low' ? 'allow' : 'escalate';
}

/** A rewrite replaces the whole command, so it is only possible when the command is that one operation. */
function rewriteOf(matches: readonly Match[], { action, operations }: Case): readonly string[] | undefined {
  const [only] = operations;
  if (only === undefined || operations.length !== 1) return undefined;
  const text = only.via.length === 0 ? undefined : onlyCommandOf(action, only);
  if (only.via.length !== 0 && text === undefined) return undefined;
  for (const { rule, subject, verdict } of matches) {
    const argv = verdict === 'compute' ? rule.rewrite?.(subject) : undefined;
    if (argv === undefined || argv.length === 0) continue;
    return text === undefined || action.kind !== 'exec' ? argv : inShell(action, only, argv);
  }
  return undefined;
}

/** INVARIANT: the points of `base` and `modifier` add up to the score before clamping. */
function findingsOf(matches: readonly Match[], top: Match | undefined): Finding[] {
  const scored = top === undefined ? [] : [findingOf(top, 'base', top.rule.points), ...top.changes.map((change) => changeOf(top, change, 'modifier'))]; // prettier-ignore
  const others = matches
    .filter((match) => match !== top)
    .toSorted((a, b) => b.points - a.points)
    .flatMap((match) => [
      findingOf(match, 'also', match.points),
      // INVARIANT: what a person loosened is said, whichever rule sets the score.
      ...match.changes.filter(({ loosens }) => loosens).map((change) => changeOf(match, change, 'also')),
    ]);
  return grouped(withoutRepeats([...scored, ...others]));
}

function findingOf({ rule, subject }: Match, role: Finding['role'], points: number): Finding {
  return { rule: rule.id, points, reason: rule.reason(subject), role, operation: subject.effect.operation };
}

function changeOf({ rule, subject }: Match, { id, points, reason }: Change, role: Finding['role']): Finding {
  return { rule: `${rule.id}/${id}`, points, reason, role, operation: subject.effect.operation };
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

/** The engine's operations carry more than the protocol's; only what the protocol names is recorded. */
export function plainOperation({ program, argv, cwd, via, dynamic }: Operation): Operation {
  return { program, argv: [...argv], cwd, via: [...via], dynamic };
}

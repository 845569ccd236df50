/** What a policy beside the rules adds to an assessment: findings and stricter verdicts, never milder ones. */
import type { Assessment, Finding, Verdict } from '../../protocol/assessment.ts';
import type { RegoFact, RegoFinding } from '../../protocol/rego.ts';
import { bandOf } from './judge.ts';
import type { CompiledPolicy } from './policy.ts';
import type { Answer } from './types.ts';

/** Stands before the ids of its findings; no rule of ours can be named so. */
const PREFIX = 'rego:';
const STRICTNESS: Readonly<Record<Verdict, number>> = { allow: 0, compute: 1, escalate: 2, deny: 3 };

/** INVARIANT: neither the score nor the verdict goes down; no answer is `onFailure`. */
export function withOpinion(assessment: Assessment, answer: Answer<RegoFact>, policy: CompiledPolicy): Assessment {
  if (answer.kind === 'known') return merged(assessment, answer.data, policy);
  const why = answer.kind === 'unknown' ? answer.reason : 'it was not asked';
  const silent = { id: 'no-answer', points: 0, reason: `the Rego policy gave no answer: ${why}` };
  return merged(assessment, { findings: [silent], verdict: policy.rego?.onFailure ?? 'escalate' }, policy);
}

type Opinion = Pick<RegoFact, 'findings' | 'verdict'>;

function merged(assessment: Assessment, { findings, verdict }: Opinion, policy: CompiledPolicy): Assessment {
  if (findings.length === 0 && verdict === undefined) return assessment;
  const ranked = findings.toSorted((a, b) => b.points - a.points);
  const score = Math.max(assessment.score, ranked[0]?.points ?? 0);
  const band = bandOf(score, policy);
  const { rewrite, review, ...rest } = assessment;
  const strictest = strictestOf([
    assessment.verdict,
    assessment.verdict === 'allow' && band !== 'low' ? 'escalate' : 'allow',
    verdict ?? 'allow',
    ...findings.map((finding) => finding.verdict ?? 'allow'),
  ]);
  return {
    ...rest,
    score,
    band,
    verdict: strictest,
    findings: combined(assessment, ranked),
    ...(strictest === 'allow' && review === true ? { review } : {}),
    ...(strictest === 'compute' && rewrite !== undefined ? { rewrite } : {}),
    quorum: Math.max(assessment.quorum, policy.quorum[band]),
  };
}

function strictestOf(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce((strictest, verdict) => (STRICTNESS[verdict] > STRICTNESS[strictest] ? verdict : strictest));
}

/** INVARIANT: the points of `base` and `modifier` still add up to the score before clamping. */
function combined({ findings, score }: Assessment, ranked: readonly RegoFinding[]): Finding[] {
  const [top, ...others] = ranked;
  if (top === undefined || top.points <= score) return [...findings, ...ranked.map(also)];
  return [{ ...also(top), role: 'base' }, ...withoutBase(findings), ...others.map(also)];
}

/** A rule that no longer sets the score is named with all of its points, like any other that matched. */
function withoutBase(findings: readonly Finding[]): Finding[] {
  const scored = findings.filter(({ role }) => role !== 'also');
  const points = scored.reduce((sum, finding) => sum + finding.points, 0);
  return findings.flatMap((finding) => {
    if (finding.role === 'base') return [{ ...finding, points, role: 'also' as const }];
    // What took points away may be what a person loosened, which is always said.
    return finding.role === 'also' || finding.points < 0 ? [{ ...finding, role: 'also' as const }] : [];
  });
}

function also({ id, points, reason }: RegoFinding): Finding {
  return { rule: `${PREFIX}${id}`, points, reason, role: 'also', operation: 0 };
}

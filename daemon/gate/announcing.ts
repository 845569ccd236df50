/** Tells the layers below what was let through above them. */
import type { Assessment } from '../../protocol/assessment.ts';
import type { GateParts } from './gate-parts.ts';
import { judge } from './judge-action.ts';
import type { Passage } from './passage.ts';
import type { Answer } from './requests.ts';

/** What raised its score. */
export function reasonsOf({ findings }: Assessment): string[] {
  return findings.flatMap(({ rule, points }) => (points > 0 ? [rule] : []));
}

/** Never rejects: what could not be announced is asked about again. */
export async function announce(
  parts: GateParts,
  { action, digest, submission }: Passage,
  answer: Answer,
): Promise<void> {
  const { traceId, decision, assessment } = answer;
  // What was covered is announced already.
  if (decision.verdict === 'deny' || decision.by === 'announced' || assessment === undefined) return;
  const { score, rewrite, by, grant } = decision;
  if (rewrite === undefined || action.kind !== 'exec') {
    // INVARIANT: a gateway that sees the same call twice sees two calls; only what is above it tells it of one.
    const call = action.kind === 'mcp' && submission.below !== true ? { call: action } : {};
    const { operations } = assessment;
    parts.announced.add(action, { traceId, digest, score, reasons: reasonsOf(assessment), by, grant, operations, ...call }); // prettier-ignore
    return;
  }
  try {
    // What runs is the safer form, so it is what will be seen below.
    const { assessment: safer } = await judge(parts, { ...action, argv: [...rewrite] });
    // Nobody takes up the original with a yes to its safer form.
    parts.announced.add(action, {
      traceId,
      digest: '',
      score: Math.min(score, safer.score),
      reasons: reasonsOf(safer),
      by,
      grant,
      operations: safer.operations,
    });
  } catch (error) {
    parts.onFailure(error, traceId);
  }
}

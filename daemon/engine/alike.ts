/** Findings that say the same of many steps, said once. */
import type { Finding } from '../../protocol/assessment.ts';

/** Fewer are quicker read one by one. */
const MIN_ALIKE = 4;

/** INVARIANT: what adds up to the score stays as it is, and of every other cause at least one finding remains. */
export function grouped(findings: readonly Finding[]): Finding[] {
  const alike = Map.groupBy(findings, causeOf);
  return findings.flatMap((finding) => {
    const same = alike.get(causeOf(finding)) ?? [];
    if (finding.role !== 'also' || same.length < MIN_ALIKE) return [finding];
    const reason = `${finding.reason}, and ${same.length - 1} more like this`;
    return finding === same[0] ? [{ ...finding, reason }] : [];
  });
}

function causeOf({ role, rule, points }: Finding): string {
  return `${role} ${points} ${rule}`;
}

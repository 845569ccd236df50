/** What differs between two judgements of one action. */
import type { Assessment, Finding, Verdict } from '../../protocol/assessment.ts';
import type { Direction, FindingChange, Judged, ReplayedAction } from '../../protocol/replay.ts';
import type { RecordedAction, RecordedAssessment } from './recorded.ts';
import type { Rejudged } from './rejudge.ts';

const STRICTNESS: Readonly<Record<Verdict, number>> = { allow: 0, compute: 1, escalate: 2, deny: 3 };
const BANDS: readonly string[] = ['low', 'medium', 'high', 'critical'];

export function compare(recorded: RecordedAction, { assessment, unrecorded }: Rejudged): ReplayedAction {
  const { traceId, at, seq, assessment: before } = recorded;
  return {
    traceId,
    at,
    seq,
    summary: before.summary,
    before: judged(before),
    after: judged(assessment),
    direction: directionOf(before, assessment),
    identical: JSON.stringify(assessment) === recorded.text,
    exact: before.policyDigest === assessment.policyDigest && before.engine === assessment.engine,
    changes: changesOf(before.findings, assessment.findings),
    unrecorded: [...unrecorded],
  };
}

function judged({ score, band, verdict, policyDigest, engine }: Judged): Judged {
  return { score, band, verdict, policyDigest, engine };
}

/** By what becomes of the action: its verdict, whether a pause lifts it, and how many humans are asked. */
function directionOf(before: RecordedAssessment, after: Assessment): Direction {
  const steps = [
    STRICTNESS[after.verdict] - STRICTNESS[before.verdict],
    Number(after.forced) - Number(before.forced),
    BANDS.indexOf(after.band) - BANDS.indexOf(before.band),
  ];
  const [step = 0] = steps.filter((one) => one !== 0);
  if (step === 0) return 'same';
  return step > 0 ? 'stricter' : 'looser';
}

function changesOf(before: readonly Finding[], after: readonly Finding[]): FindingChange[] {
  const left = new Map(before.map((finding) => [keyOf(finding), finding]));
  const right = new Map(after.map((finding) => [keyOf(finding), finding]));
  const keys = [...new Set([...left.keys(), ...right.keys()])];
  return keys.flatMap((key) => changeOf(left.get(key), right.get(key)));
}

/** A rule may speak of one operation more than once, in different words. */
function keyOf({ rule, operation, reason }: Finding): string {
  return JSON.stringify([rule, operation, reason]);
}

function changeOf(before: Finding | undefined, after: Finding | undefined): FindingChange[] {
  const either = after ?? before;
  if (either === undefined || (before?.points === after?.points && before?.role === after?.role)) return [];
  const change = before === undefined ? 'added' : after === undefined ? 'removed' : 'changed';
  const { rule, operation } = either;
  return [{ change, rule, operation, ...(before && { before: said(before) }), ...(after && { after: said(after) }) }];
}

function said({ points, reason, role }: Finding): NonNullable<FindingChange['before']> {
  return { points, reason, role };
}

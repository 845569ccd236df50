/** What the person at the terminal and the agent are told: what happened, why, and what to do next. */
import type { Approval } from '../../protocol/approval.ts';
import type { Assessment } from '../../protocol/assessment.ts';
import { ERRORS, type ErrorCode } from '../../protocol/errors.ts';
import { printableShort } from '../../protocol/printable.ts';
import type { Restorable } from '../../protocol/undo.ts';
import { DENIED_BEFORE } from '../engine/denials.ts';
import { counted } from '../engine/summary.ts';
import { sizeWords } from '../undo/limits.ts';

/** Reasons shown with a denial; the rest is in the trace. */
const MAX_REASONS = 3;

/** One line: what is held, and how to answer. */
export function heldMessage(approval: Approval): string {
  const { id, assessment, restorable } = approval;
  const needed = approval.quorum > 1 ? ` (${approval.quorum} people)` : '';
  const undo = restorable === undefined ? '' : comesBack(restorable);
  return `held, risk ${assessment.score}: ${printableShort(assessment.summary)}.${undo} Answer with \`countersign approve ${id}\` or \`countersign deny ${id}\`${needed}; Ctrl-C cancels.`;
}

/** Said beforehand, because it is half of the answer: what `undo` could bring back afterwards, and what nothing could. */
function comesBack({ files, bytes, notRestorable, more }: Restorable): string {
  const saved = files === 0 ? '' : ` ${counted(files, 'file')} (${sizeWords(bytes)}) would be saved first, for \`countersign undo\`.`; // prettier-ignore
  const [first] = notRestorable;
  if (first === undefined) return saved;
  const others = notRestorable.length - 1 + more;
  const named = `${printableShort(first.path)} (${printableShort(first.reason)})`;
  return `${saved} It could not bring back ${named}${others > 0 ? ` and ${others} more` : ''}.`;
}

export function denyMessage(code: ErrorCode, assessment: Assessment | undefined, detail?: string): string {
  const { meaning, hint } = ERRORS[code];
  const head = detail === undefined || detail === '' ? meaning : `${meaning}: ${printableShort(detail)}`;
  const lines = [`denied, ${head}.`];
  if (assessment !== undefined && assessment.score > 0) {
    lines.push(`  what: ${printableShort(assessment.summary)} (risk ${assessment.score})`);
    lines.push(...reasonsOf(assessment).map((reason) => `  why: ${printableShort(reason)}`));
  }
  lines.push(`  next: ${hint}.`);
  return lines.join('\n');
}

/** For the agent: what ran in the place of what it asked for, and that this is not the thing itself. */
export function insteadMessage(rewrite: readonly string[], assessment: Assessment): string {
  const what = printableShort(rewrite.join(' '));
  return `ran \`${what}\` instead: ${printableShort(assessment.summary)} has a safer form (risk ${assessment.score}). If the original is needed, ask the human to run it.`;
}

/** What was denied before comes first, then the strongest reasons. */
export function reasonsOf(assessment: Assessment): readonly string[] {
  const denial = assessment.findings
    .filter((finding) => finding.rule === DENIED_BEFORE)
    .map((finding) => finding.reason);
  const counted = assessment.findings.filter((finding) => finding.role !== 'also');
  const sorted = counted.toSorted((a, b) => b.points - a.points);
  const reasons = [...denial, ...sorted.map((finding) => `${finding.reason} (${signed(finding.points)})`)];
  return [...new Set(reasons)].slice(0, MAX_REASONS);
}

function signed(points: number): string {
  return points < 0 ? String(points) : `+${points}`;
}

/** One frame of a trace for a person. */
import { AssessedPayload, DecidedPayload, type StoredFrame } from '../../protocol/trace.ts';
import { formatTime } from '../terminal/durations.ts';
import { printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { actionLines } from './approval.ts';
import { findingText } from './assessment.ts';
import { fieldLines, textLines } from './frame-fields.ts';
import { frameWords } from './frame-words.ts';

export function frameLines(frame: StoredFrame, style: Style): string[] {
  const content = frame.erased ? [style.dim('    its content was erased')] : contentLines(frame, style);
  return [frameHeadline(frame, style), ...content];
}

export function frameHeadline(frame: StoredFrame, style: Style): string {
  const { event, hash } = frame;
  const who = event.actorType === 'agent' ? event.agent : event.user;
  const place = style.dim(`#${event.seq} ${formatTime(event.at)}`);
  return `${place}  ${style.bold(printableShort(frameWords(frame)))}  ${style.dim(`${printableShort(who)} · ${hash.slice(0, 12)}`)}`;
}

function contentLines(frame: StoredFrame, style: Style): string[] {
  const assessed = AssessedPayload.safeParse(frame.payload);
  if (assessed.success) return assessedLines(assessed.data, style);
  const decided = DecidedPayload.safeParse(frame.payload);
  if (decided.success) return textLines(decided.data.decision.reason).map((line) => `    ${line}`);
  return fieldLines({ ...frame.event.data, ...frame.payload }).map((line) => style.dim(line));
}

function assessedLines({ action, assessment }: AssessedPayload, style: Style): string[] {
  return [
    ...actionLines(action).map((line) => `    │ ${line}`),
    style.dim(`    in ${printableShort(action.cwd)}`),
    `    ${style.score(assessment.score)} ${printableShort(assessment.summary)}`,
    ...assessment.findings.map((finding) => `    ${findingText(finding)}`),
  ];
}

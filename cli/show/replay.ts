/** Recorded actions that were judged again, in words. */
import type { Verdict } from '../../protocol/assessment.ts';
import type { FindingChange, Judged, ReplayedAction, ReplaySummary } from '../../protocol/replay.ts';
import { formatTime } from '../terminal/durations.ts';
import { printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { plural } from './status.ts';

const WHAT_HAPPENS: Readonly<Record<Verdict, string>> = {
  allow: 'runs',
  compute: 'is rewritten',
  escalate: 'asks',
  deny: 'is denied',
};
/** More of them say no more. */
const MAX_NAMED = 10;

export function replayedLines(action: ReplayedAction, style: Style): string[] {
  const { traceId, at, summary, before, after, direction, identical, exact, changes, unrecorded } = action;
  const day = `${new Date(at).toISOString().slice(0, 10)} ${formatTime(at)}`;
  const fault = exact && !identical ? [style.red('  the same policy and engine, and yet not the same bytes')] : [];
  const asked = unrecorded.map((need) => `${need.kind}${'path' in need ? ` ${need.path}` : ''}`);
  return [
    `${style.dim(day)}  ${printableShort(summary)}  ${style.dim(traceId)}`,
    `  ${painted(direction, style)}: ${judgedText(before)} → ${judgedText(after)}${engineText(before, after)}`,
    ...fault,
    ...changes.map((change) => `    ${changeText(change)}`),
    ...named(asked).map((need) => style.dim(`    not recorded then, so unknown: ${printableShort(need)}`)),
  ];
}

function painted(direction: ReplayedAction['direction'], { red, green, dim }: Style): string {
  if (direction === 'same') return dim(direction);
  return direction === 'stricter' ? red(direction) : green(direction);
}

function judgedText({ score, band, verdict }: Judged): string {
  return `${score} ${band}, ${WHAT_HAPPENS[verdict]}`;
}

function engineText(before: Judged, after: Judged): string {
  return before.engine === after.engine ? '' : ` (engine ${printableShort(before.engine)} → ${after.engine})`;
}

function changeText({ change, rule, before, after }: FindingChange): string {
  const said = `${printableShort(after?.reason ?? before?.reason ?? '')} (${printableShort(rule)})`;
  if (change === 'added') return `+ ${after?.points} ${said}`;
  if (change === 'removed') return `− ${before?.points} ${said}`;
  if (before?.points === after?.points) return `~ ${after?.points} ${said}: ${roleText(before?.role)} → ${roleText(after?.role)}`;
  return `~ ${before?.points} → ${after?.points} ${said}`;
} // prettier-ignore

function roleText(role: string | undefined): string {
  return role === 'also' ? 'another rule set the score' : 'sets the score';
}

export function replaySummaryLines(summary: ReplaySummary, style: Style): string[] {
  const { actions, same, stricter, looser, identical, faults, engine, engines, erased, unreadable } = summary;
  const older = Object.entries(engines).filter(([version]) => version !== engine);
  return [
    `${plural(actions, 'action')}: ${same} same (${identical} to the byte), ${stricter} stricter, ${looser} looser`,
    ...older.map(([version, count]) => style.dim(`${plural(count, 'action')} judged by engine ${printableShort(version)}, which is ${engine} now`)),
    ...(faults === 0 ? [] : [style.red(`${plural(faults, 'action')} of the same policy and engine judged otherwise`)]),
    ...lost(erased, 'erased'),
    ...lost(unreadable, 'not readable for this version'),
  ];
} // prettier-ignore

function lost(traces: readonly string[], how: string): string[] {
  return traces.length === 0 ? [] : [`${plural(traces.length, 'action')} ${how}: ${named(traces).join(', ')}`];
}

function named(names: readonly string[]): readonly string[] {
  if (names.length <= MAX_NAMED) return names;
  return [...names.slice(0, MAX_NAMED), `and ${names.length - MAX_NAMED} more`];
}

/** One action that a rule would have changed. */
export function changedText(traceId: string, summary: string, before: Judged, after: Judged): string {
  return `${printableShort(traceId)} ${printableShort(summary)}: ${judgedText(before)} → ${judgedText(after)}`;
}

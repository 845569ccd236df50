/** One line of the log. */
import type { LogLine } from '../../protocol/trace.ts';
import { formatTime } from '../terminal/durations.ts';
import { printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { cutMiddle, widthOf } from '../terminal/wrap.ts';

/** The longest mark is `succeeded`. */
const MARK_COLUMNS = 9;
/** Less of a sentence says nothing; rather the end of the line goes. */
const MIN_SUMMARY_COLUMNS = 24;
/** Names are short; one that is not must not push everything else out of the line. */
const MAX_WHO = 60;

/** With a width, the sentence is shortened so that who and which trace still fit. */
export function logText(line: LogLine, style: Style, columns = Infinity): string {
  const before = [style.dim(formatTime(line.at)), line.score === null ? '   ' : padScore(line.score, style), verdictMark(line, style)]; // prettier-ignore
  const who = line.actorType === 'agent' ? line.agent : line.user;
  const after = [...reviewMark(line, style), style.dim(`${printableShort(who, MAX_WHO)} ${line.traceId}`)];
  const summary = printableShort(line.summary === '' ? line.kind : line.summary);
  const room = columns - widthOf([...before, '', ...after].join('  '));
  return [...before, cutMiddle(summary, Math.max(room, MIN_SUMMARY_COLUMNS)), ...after].join('  ');
}

/** Padded before it is painted: escape sequences have no width. */
function padScore(score: number, style: Style): string {
  return `${' '.repeat(3 - String(score).length)}${style.score(score)}`;
}

/** What was decided; of a run, on which nothing is, how it goes. */
function verdictMark({ verdict, outcome }: LogLine, { green, red, amber, dim }: Style): string {
  if (verdict === null) return dim(printableShort(outcome ?? '·').padEnd(MARK_COLUMNS));
  const text = printableShort(verdict).padEnd(MARK_COLUMNS);
  if (verdict === 'deny') return red(text);
  return verdict === 'allow' ? green(text) : amber(text);
}

/** That somebody is to look at it afterwards, or what they found. */
function reviewMark({ review }: LogLine, { amber, dim, red }: Style): string[] {
  switch (review) {
    case undefined:
      return [];
    case 'waiting':
      return [amber('to review')];
    case 'fine':
      return [dim('reviewed: fine')];
    case 'wrong':
      return [red('reviewed: wrong')];
  }
}

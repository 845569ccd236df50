/** One line of the log. */
import type { LogLine } from '../../protocol/trace.ts';
import { formatTime } from '../terminal/durations.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export function logText(line: LogLine, style: Style): string {
  const who = line.actorType === 'agent' ? line.agent : line.user;
  const score = line.score === null ? '   ' : padScore(line.score, style);
  return [
    style.dim(formatTime(line.at)),
    score,
    verdictMark(line.verdict, style),
    printable(line.summary === '' ? line.kind : line.summary),
    style.dim(`${printable(who)} ${line.traceId}`),
  ].join('  ');
}

/** Padded before it is painted: escape sequences have no width. */
function padScore(score: number, style: Style): string {
  return `${' '.repeat(3 - String(score).length)}${style.score(score)}`;
}

function verdictMark(verdict: string | null, { green, red, amber, dim }: Style): string {
  if (verdict === null) return dim('·       ');
  const text = printable(verdict).padEnd(8);
  if (verdict === 'deny') return red(text);
  return verdict === 'allow' ? green(text) : amber(text);
}

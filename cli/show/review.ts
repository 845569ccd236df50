/** What passed and is to be looked at afterwards, for a person. */
import type { ReviewItem } from '../../protocol/control-api.ts';
import { formatDuration } from '../terminal/durations.ts';
import { printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export function reviewLines(
  { trace, at, summary, score, agent, reasons }: ReviewItem,
  style: Style,
  now: number,
): string[] {
  return [
    `${style.bold(printableShort(summary))}  ${style.score(score)}`,
    ...reasons.map((reason) => `  ${printableShort(reason)}`),
    `  ${style.bold(trace)}${style.dim(` · ${printableShort(agent)} · ${formatDuration(now - at)} ago`)}`,
  ];
}

/** How something was judged, in words. */
import type { Assessment, Finding } from '../../protocol/assessment.ts';
import { printable, printableShort } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

export function findingText({ points, reason, rule, role }: Finding): string {
  const sign = role === 'base' ? '' : points >= 0 ? '+' : '−';
  const shown = role === 'also' ? '·' : `${sign}${Math.abs(points)}`;
  return `${shown.padStart(4)}  ${printableShort(reason)} (${printableShort(rule)})`;
}

const WHAT_HAPPENS: Readonly<Record<Assessment['verdict'], string>> = {
  allow: 'would run at once',
  escalate: 'would be held for a human',
  deny: 'would be denied',
  compute: 'something safer would run instead',
};

export function assessmentLines(assessment: Assessment, style: Style): string[] {
  const { score, band, verdict, summary, findings, unknowns, rewrite, review } = assessment;
  return [
    style.bold(printableShort(summary)),
    `${style.score(score)} ${band} · ${WHAT_HAPPENS[verdict]}${review === true ? ', and is marked for somebody to look at' : ''}`,
    ...findings.map(findingText),
    ...(rewrite === undefined ? [] : [`  instead: ${printable(rewrite.join(' '))}`]),
    ...unknowns.map((unknown) => style.dim(`  not known: ${printableShort(unknown)}`)),
  ];
}

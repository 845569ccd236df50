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
    `${style.score(score)} ${band} · ${WHAT_HAPPENS[verdict]}${band === 'low' && verdict !== 'allow' ? ', whatever the score' : ''}${review === true ? ', and is marked for somebody to look at' : ''}`,
    ...findings.map(findingText),
    ...(rewrite === undefined ? [] : [`  instead: ${printable(rewrite.join(' '))}`]),
    ...unknownTexts(unknowns).map((text) => style.dim(`  not known: ${printableShort(text)}`)),
  ];
}

/** What the questions of the engine are about. */
const ABOUT: Readonly<Record<string, string>> = {
  path: 'what is there',
  tree: 'what would be lost',
  restorable: 'what could be saved first',
  glob: 'what the pattern matches',
  text: 'what the file says',
  repo: 'the repository',
  'git-alias': 'what the alias stands for',
  'git-lost': 'which commits would be lost',
  'git-dropped': 'which commits would be lost',
  'git-clean': 'what git would remove',
  'kube-context': 'the cluster',
  guarded: 'whether it is Countersign’s own',
  'own-processes': 'whose process it is',
  session: 'what this session did before',
  circumstances: 'the time and who sits here',
  rego: 'what the Rego policy says',
};

/** One line for each reason, however many questions it left open. */
function unknownTexts(unknowns: readonly string[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const unknown of unknowns) {
    const [, kind = '', reason = unknown] = /^([a-z-]+): (.*)$/su.exec(unknown) ?? [];
    const about = ABOUT[kind] ?? kind;
    byReason.set(reason, [...new Set([...(byReason.get(reason) ?? []), about])]);
  }
  return [...byReason].map(([reason, about]) => `${about.filter((one) => one !== '').join(', ')} (${reason})`.trim());
}

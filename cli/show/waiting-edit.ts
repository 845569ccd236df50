/** An edit that waits, as a person sees it before they accept it. */
import type { WaitingEdit } from '../../protocol/policy-edit.ts';
import type { ChangedDecision, PolicyDifference } from '../offline/policy-diff.ts';
import type { WaitingChange } from '../offline/waiting-edit.ts';
import { formatTime } from '../terminal/durations.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';
import { plural } from './status.ts';

/** Of one file, and of the judgements; the rest is counted. */
const MAX_LINES = 60;
const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

export function waitingLines(edit: WaitingEdit, change: WaitingChange, style: Style): string[] {
  const { settings, bundle, lines, rules } = change;
  return [
    `${style.bold(edit.files.map(printable).join(', '))} ${style.dim(`differs from what is in force since ${formatTime(edit.since)}`)}`,
    ...settings.map(({ name, from, to }) => `  ${name}  ${valueText(from)} → ${valueText(to)}`),
    ...(bundle === undefined ? [] : [`  ${SIGNS[bundle]} the compiled Rego policy`]),
    ...lines.flatMap(({ file, removed, added }) => [
      style.dim(`  ${printable(file)}`),
      ...cut([...removed.map((line) => style.red(`  - ${printable(line)}`)), ...added.map((line) => style.green(`  + ${printable(line)}`))], style), // prettier-ignore
    ]),
    ...(rules === undefined ? [] : ruleLines(rules, style)),
  ];
}

function ruleLines({ settings, rules, decisions, compared }: PolicyDifference, style: Style): string[] {
  const count = (change: ChangedDecision['change']): number =>
    decisions.filter((decision) => decision.change === change).length;
  return [
    ...settings.map(({ name, from, to }) => `  ${name}  ${from} → ${to}`),
    ...cut(
      rules.map(({ id, change }) => `${SIGNS[change]} ${printable(id)}`),
      style,
    ),
    ...cut(decisions.filter(({ change }) => change === 'looser').map((one) => `${style.amber('looser')}  ${one.from} → ${one.to}  ${style.dim(printable(one.name))}`), style), // prettier-ignore
    style.dim(`of ${plural(compared, 'action')}: ${count('stricter')} stricter, ${count('looser')} looser, ${count('other points')} with other points`), // prettier-ignore
  ];
}

function cut(lines: readonly string[], style: Style): string[] {
  const more = lines.length - MAX_LINES;
  return [...lines.slice(0, MAX_LINES), ...(more > 0 ? [style.dim(`  … and ${more} more`)] : [])];
}

function valueText(value: unknown): string {
  return printable(value === undefined ? 'unset' : JSON.stringify(value));
}

/** The state of the daemon in a few calm lines. */
import type { Status } from '../../protocol/control-api.ts';
import { formatDuration, formatTime } from '../terminal/durations.ts';
import { printable } from '../terminal/printable.ts';
import type { Style } from '../terminal/style.ts';

/** What each level means in four words; docs/limitations.md has the rest. */
const LEVEL_WORDS: Readonly<Record<Status['level'], string>> = {
  advisory: 'advisory: stops accidents, not a determined process of the same user',
  sealed: 'sealed: every program an agent starts is seen',
  separate: 'separate: keys and store belong to another user',
};

export function statusHeadline(status: Status, style: Style): string {
  const waiting = status.pending === 0 ? 'nothing waits' : style.amber(`${status.pending} waiting`);
  const toReview = (status.toReview ?? 0) === 0 ? [] : [style.amber(`${status.toReview} to review`)];
  return [modeWords(status, style), waiting, ...toReview, plural(status.sessions, 'session')].join(style.dim(' · '));
}

export function statusLines(status: Status, style: Style, now: number): string[] {
  const details = [
    LEVEL_WORDS[status.level],
    status.unlocked ? 'this terminal may decide' : 'this terminal is locked',
    `${plural(status.approvers, 'approver')} · policy ${policyWords(status)}`,
    `version ${status.version} · pid ${status.pid} · up ${formatDuration(status.uptimeMs)}`,
    `home ${printable(status.home)}`,
  ];
  const pause = status.pausedUntil === null ? [] : [pauseLine(status, status.pausedUntil - now)];
  return [
    statusHeadline(status, style),
    ...pause,
    ...details.map((line) => style.dim(`  ${line}`)),
    ...status.problems.map((problem) => style.amber(`  ! ${printable(problem)}`)),
  ];
}

/** `strict with payments, email (1f3a…)` */
function policyWords({ policyDigest, preset = 'balanced', packs = [] }: Status): string {
  const more = packs.length === 0 ? '' : ` with ${packs.join(', ')}`;
  return `${preset}${more} (${policyDigest.slice(0, 12)})`;
}

function pauseLine({ pausedBy = '', pauseReason = '' }: Status, leftMs: number): string {
  const by = pausedBy === '' ? '' : ` by ${printable(pausedBy)}`;
  const why = pauseReason === '' ? '' : `: ${printable(pauseReason)}`;
  return `  paused${by} for ${formatDuration(leftMs)} more${why}`;
}

function modeWords(status: Status, style: Style): string {
  if (status.pausedUntil !== null) return `${style.amber('●')} Paused until ${formatTime(status.pausedUntil)}`;
  return status.mode === 'enforce' ? `${style.green('●')} Enforcing` : `${style.amber('○')} Observing`;
}

export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

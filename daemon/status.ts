/** The state of the daemon, gathered from its parts. */
import type { Status } from '../protocol/control-api.ts';
import type { Core } from './core.ts';
import { VERSION } from './version.ts';

type Parts = Pick<
  Core,
  | 'paths'
  | 'clock'
  | 'daemonId'
  | 'stance'
  | 'approvals'
  | 'approvers'
  | 'sessions'
  | 'policies'
  | 'config'
  | 'store'
  | 'problems'
> & { readonly startedAt: number };

export function statusOf(parts: Parts, unlocked: boolean): Status {
  const { paths, clock, daemonId, stance, approvals, approvers, sessions, policies, config, store } = parts;
  const pause = stance.pause();
  return {
    mode: stance.mode(),
    pausedUntil: pause?.until.wallMs ?? null,
    ...(pause !== undefined && { pauseReason: pause.reason, pausedBy: pause.by }),
    pending: approvals.pending().length,
    toReview: store.toReview(),
    version: VERSION,
    pid: process.pid,
    uptimeMs: Math.max(0, clock.wallMs() - parts.startedAt),
    policyDigest: policies.current().digest,
    preset: config.policy().preset,
    packs: config.policy().packs,
    home: paths.home,
    level: 'advisory',
    daemonId,
    approvers: approvers.list().length,
    sessions: sessions.list().filter((session) => session.state === 'active').length,
    unlocked,
    problems: [
      ...parts.problems.list(store.notice()),
      ...policies.problems(),
      ...config.problems(),
      ...[sessions.problem()].filter((problem) => problem !== undefined),
      ...(store.healthy() ? [] : [`the trace cannot be written: ${store.problem() ?? 'nothing says why'}`]),
    ],
  };
}

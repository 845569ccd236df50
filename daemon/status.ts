/** The state of the daemon, gathered from its parts. */
import type { Status } from '../protocol/control-api.ts';
import type { Waiting } from './accepted/ledger.ts';
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
  | 'acceptance'
  | 'config'
  | 'store'
  | 'problems'
> & { readonly startedAt: number };

export function statusOf(parts: Parts, unlocked: boolean): Status {
  const { paths, clock, daemonId, stance, approvals, approvers, sessions, policies, acceptance, config, store } = parts;
  const pause = stance.pause();
  const waiting = acceptance.waiting();
  const { held } = acceptance.standing();
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
    ...(waiting !== undefined && {
      waiting: { digest: waiting.digest, since: waiting.since, files: [...waiting.files] },
    }),
    editsWait: held || waiting !== undefined,
    problems: [
      ...(waiting === undefined ? [] : [waitingWords(waiting)]),
      ...parts.problems.list(store.notice()),
      ...policies.problems(),
      ...config.problems(),
      ...[sessions.problem()].filter((problem) => problem !== undefined),
      ...(store.healthy() ? [] : [`the trace cannot be written: ${store.problem() ?? 'nothing says why'}`]),
    ],
  };
}

/** One sentence with the next step. */
function waitingWords({ files, since, isLost }: Waiting): string {
  const names = files.map((file) => `\`${file}\``).join(', ');
  const what = names === '' ? 'what lies in the policies and settings' : `the edit of ${names}`;
  const lost = isLost ? 'the strictest rules hold, because nothing tells any more what was accepted before; ' : '';
  return `${lost}${what} waits since ${new Date(since).toISOString().slice(0, 16)}Z and is not in force, because an agent could have made it; \`countersign policy accept\` shows it and asks you`;
}
